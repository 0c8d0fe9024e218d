"""Overlaps of known boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_perception.overlap import overlaps

UNIT = (0.0, 0.0, 1.0, 1.0)


def of(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    return float(overlaps(np.array([a]), np.array([b]))[0, 0])


@pytest.mark.parametrize(
    ("other", "share"),
    [
        (UNIT, 1.0),
        ((0.5, 0.0, 1.5, 1.0), 1 / 3),
        ((0.0, 0.0, 0.5, 0.5), 0.25),
        ((1.0, 0.0, 2.0, 1.0), 0.0),
        ((0.5, 0.5, 0.5, 0.5), 0.0),
        ((0.9, 0.0, 0.1, 1.0), 0.0),
    ],
)
def test_known_boxes(other: tuple[float, ...], share: float) -> None:
    assert of(UNIT, other) == pytest.approx(share)


def test_none_with_many_is_an_empty_table() -> None:
    assert overlaps(np.zeros((0, 4)), np.array([UNIT, UNIT])).shape == (0, 2)


@given(st.tuples(*[st.floats(-2, 2)] * 4), st.tuples(*[st.floats(-2, 2)] * 4))
def test_it_is_a_share_and_the_same_both_ways(a: tuple[float, ...], b: tuple[float, ...]) -> None:
    assert 0.0 <= of(a, b) <= 1.0 + 1e-6
    assert of(a, b) == pytest.approx(of(b, a))
