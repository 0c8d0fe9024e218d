"""Which frames are looked at: scenarios as data, and what holds of all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from artic_perception.sampler import KEPT, NEAR_S, SHARPER, SWINGS_S, Glance, Sampler, Why

PLAN = [
    ("the first frame is looked at", 0.0, 100, True, Why.FIRST),
    ("one frame later it is too soon", 0.03, 200, False, Why.TOO_SOON),
    ("the same picture says nothing new", 1.1, 100, False, Why.SAME),
    ("noise is not change", 1.2, 102, False, Why.SAME),
    ("another scene is", 1.3, 140, True, Why.CUT),
    ("again too soon", 1.7, 10, False, Why.TOO_SOON),
    ("but not for long", 1.9, 10, True, Why.CUT),
    ("a little change waits longer", 2.5, 20, False, Why.TOO_SOON),
    ("and comes", 3.0, 20, True, Why.CHANGED),
    ("a picture that stays is looked at now and then", 8.1, 20, True, Why.STALE),
]


def _thumbnail(luma: int) -> NDArray[np.uint8]:
    return np.full((4, 6), luma, np.uint8)


def _blur(value: float) -> Callable[[], float]:
    return lambda: value


def test_the_plan() -> None:
    sampler = Sampler(min_interval_s=1.0, max_interval_s=5.0)
    for sentence, now, luma, look, why in PLAN:
        glance = sampler.on_frame(_thumbnail(luma), now=now)
        assert (glance.look, glance.why) == (look, why), sentence


def test_another_size_is_another_scene() -> None:
    sampler = Sampler()
    sampler.on_frame(np.zeros((4, 6), np.uint8), now=0.0)
    assert sampler.on_frame(np.zeros((8, 6), np.uint8), now=1.5).why is Why.CUT


def test_intervals_must_make_sense() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        Sampler(min_interval_s=2.0, max_interval_s=1.0)


def test_a_question_is_looked_at_once_and_at_once() -> None:
    sampler = Sampler()
    whys = [sampler.on_frame(_thumbnail(100), now=0.03 * k, asked=k >= 4).why for k in range(8)]
    assert [k for k, why in enumerate(whys) if why is Why.ASKED] == [4]


def test_what_moves_is_looked_at_when_it_stands() -> None:
    sampler = Sampler()
    lumas = [100] * 5 + [100 + 4 * k for k in range(20)] + [180] * 30
    looks = _looks(sampler, lumas)
    assert [why for _, why in looks] == [Why.FIRST, Why.SETTLED]
    assert looks[1][0] == pytest.approx(5 + 20 + 30 * NEAR_S, abs=2)


def test_a_camera_that_swings_is_looked_at_when_it_stands_and_not_on_the_way() -> None:
    swing = [100 + 60 * (k % 2) for k in range(10)]
    looks = _looks(Sampler(), [100] * 30 + swing + [180] * 30)
    assert [why for _, why in looks] == [Why.FIRST, Why.CUT]
    assert looks[1][0] == pytest.approx(40 + 30 * NEAR_S, abs=2)


def test_one_that_swings_on_is_looked_at_in_the_end() -> None:
    looks = _looks(Sampler(), [100] * 30 + [100 + 60 * (k % 2) for k in range(90)])
    assert looks[1][0] == pytest.approx(30 + 30 * (SWINGS_S + NEAR_S), abs=4)


def test_what_goes_on_moving_is_looked_at_more_seldom() -> None:
    looks = _looks(Sampler(), [(4 * k) % 251 for k in range(300)])
    assert {why for _, why in looks} <= {Why.FIRST, Why.CHANGED, Why.CUT}
    assert 5 <= len(looks) <= 12


def _looks(sampler: Sampler, lumas: list[int]) -> list[tuple[int, Why]]:
    glances = [sampler.on_frame(_thumbnail(v), now=k / 30) for k, v in enumerate(lumas)]
    return [(k, glance.why) for k, glance in enumerate(glances) if glance.look]


OBJECTS = [
    ("what was there is nothing new", [{"cup": 1}, {"cup": 1}], False),
    ("one more of a kind is", [{"cup": 2}, {"cup": 2}], True),
    ("seen once it may be a mistake", [{"cup": 2}, {"cup": 1}], False),
    ("another kind is", [{"cup": 1, "dog": 1}, {"cup": 1, "dog": 1}], True),
    ("what goes is not", [{}, {}], False),
]


@pytest.mark.parametrize(("sentence", "seen", "new"), OBJECTS, ids=[row[0] for row in OBJECTS])
def test_new_objects(sentence: str, seen: list[dict[str, int]], new: bool) -> None:
    sampler = Sampler()
    for counts in ({"cup": 1}, {"cup": 1}):
        sampler.on_objects(counts)
    assert sampler.on_frame(_thumbnail(100), now=0.0).why is Why.FIRST
    for counts in seen:
        sampler.on_objects(counts)
    glance = sampler.on_frame(_thumbnail(100), now=0.6)
    assert glance.why is (Why.OBJECT if new else Why.TOO_SOON)


def test_the_sharp_frame_is_taken_where_the_one_at_hand_is_blurred() -> None:
    sampler = Sampler()
    told = [
        sampler.on_frame(_thumbnail(4 * k), now=k / 30, blur=_blur(0.2 if k == 48 else 0.7))
        for k in range(60)
    ]
    looks = [(k, k - glance.back) for k, glance in enumerate(told) if glance.look]
    assert [taken for _, taken in looks] == [0, 48]
    assert looks[1][0] - 48 == pytest.approx(30 * NEAR_S, abs=1)


def test_a_picture_that_stands_is_not_kept_waiting() -> None:
    assert Sampler().on_frame(_thumbnail(100), now=0.0, blur=_blur(0.9)) == Glance(True, Why.FIRST)


@given(st.lists(st.tuples(st.floats(0.001, 2.0), st.integers(0, 255)), max_size=60))
def test_never_too_often_and_never_too_seldom(steps: list[tuple[float, int]]) -> None:
    sampler, now, looked_t = Sampler(min_interval_s=0.5, max_interval_s=3.0), 0.0, None
    for interval_s, luma in steps:
        now += interval_s
        if sampler.on_frame(_thumbnail(luma), now=now).look:
            assert looked_t is None or now - looked_t >= 0.5
            looked_t = now
        assert looked_t is not None and now - looked_t < 3.0


@given(st.lists(st.tuples(st.integers(-9, 9), st.sampled_from((0.2, 0.4, 0.6, 0.8))), max_size=90))
def test_a_moving_picture_is_never_seen_blurred_beside_a_sharp_one(
    steps: list[tuple[int, float]],
) -> None:
    sampler, luma, lumas = Sampler(), 128, list[int]()
    for step, _ in steps:
        luma = min(255, max(0, luma + step + (3 if step >= 0 else -3)))
        lumas.append(luma)
    blurs = [value for _, value in steps]
    for k, (luma, value) in enumerate(zip(lumas, blurs, strict=True)):
        glance = sampler.on_frame(_thumbnail(luma), now=k / 30, blur=_blur(value))
        assert 0 <= glance.back < KEPT
        if glance.look and glance.why is not Why.FIRST:
            taken = k - glance.back
            assert min(blurs[taken : k + 1]) >= blurs[taken] - SHARPER
