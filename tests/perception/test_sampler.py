"""Which frames are looked at: a scenario as data, and two properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_perception.sampler import Sampler, Why

PLAN = [
    ("the first frame is looked at", 0.0, 100, True, Why.FIRST),
    ("one frame later it is too soon", 0.03, 200, False, Why.TOO_SOON),
    ("the same picture says nothing new", 1.1, 100, False, Why.SAME),
    ("noise is not change", 1.2, 102, False, Why.SAME),
    ("another picture is", 1.3, 140, True, Why.CHANGED),
    ("again too soon", 2.2, 10, False, Why.TOO_SOON),
    ("a picture that stays is looked at now and then", 6.4, 140, True, Why.STALE),
]


def _thumbnail(luma: int) -> np.ndarray:
    return np.full((4, 6), luma, np.uint8)


def test_the_plan() -> None:
    sampler = Sampler(min_interval_s=1.0, max_interval_s=5.0)
    for sentence, now, luma, look, why in PLAN:
        glance = sampler.on_frame(_thumbnail(luma), now=now)
        assert (glance.look, glance.why) == (look, why), sentence


def test_another_size_is_another_picture() -> None:
    sampler = Sampler()
    sampler.on_frame(np.zeros((4, 6), np.uint8), now=0.0)
    assert sampler.on_frame(np.zeros((8, 6), np.uint8), now=1.5).why is Why.CHANGED


def test_intervals_must_make_sense() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        Sampler(min_interval_s=2.0, max_interval_s=1.0)


@given(st.lists(st.tuples(st.floats(0.001, 2.0), st.integers(0, 255)), max_size=60))
def test_never_too_often_and_never_too_seldom(steps: list[tuple[float, int]]) -> None:
    sampler, now, looked_t = Sampler(min_interval_s=0.5, max_interval_s=3.0), 0.0, None
    for interval_s, luma in steps:
        now += interval_s
        if sampler.on_frame(_thumbnail(luma), now=now).look:
            assert looked_t is None or now - looked_t >= 0.5
            looked_t = now
        assert looked_t is not None and now - looked_t < 3.0
