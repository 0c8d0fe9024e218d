"""The session's curve never falls, and learns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.need import THRESHOLD
from artic_abr.saturation.curve import SessionCurve

XS = [x / 4 for x in range(-16, 20)]


def test_enough_is_the_threshold() -> None:
    assert SessionCurve()(0.0) == pytest.approx(THRESHOLD)


@given(st.lists(st.tuples(st.floats(-5, 6), st.floats(0, 1)), max_size=200))
def test_it_never_falls_and_stays_a_share(said: list[tuple[float, float]]) -> None:
    curve = SessionCurve()
    curve.learn(said)
    values = [curve(x) for x in XS]
    assert all(a <= b + 1e-9 for a, b in zip(values, values[1:], strict=False))
    assert 0 <= min(values) and max(values) <= 1


def test_a_reader_that_always_says_the_same_flattens_it() -> None:
    curve = SessionCurve()
    curve.learn([(x, 0.8) for x in XS] * 40)
    assert curve(2.0) - curve(-2.0) < 0.2
