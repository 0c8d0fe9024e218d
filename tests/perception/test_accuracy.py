"""Twin of `artic_perception.accuracy`: larger is found better, faster is lost sooner."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from artic_perception.accuracy import Accuracy, Content, Recall, Survival
from artic_perception.ageing import COST, Gone
from artic_perception.branch import HOLD, Branch, Detector
from tests.perception.made import BRANCHES, FLOW, LARGE, PROFILE, SMALL

sizes = st.floats(0.0, 1.0)
speeds = st.floats(0.0, 1.0)


@given(
    st.floats(0.1, 1), st.floats(1, 9), st.floats(0.05, 2), st.floats(0, 2000), st.floats(0, 2000)
)
def test_more_pixels_are_never_found_less(
    top: float, middle: float, width: float, a: float, b: float
) -> None:
    recall = Recall(top, middle, width)
    assert 0 <= recall.at(min(a, b)) <= recall.at(max(a, b)) <= top


@given(st.integers(0, 64), st.integers(0, 64), speeds, speeds)
def test_boxes_never_hold_better_for_being_older_or_faster(
    a: int, b: int, slow: float, fast: float
) -> None:
    survival = Survival(0.01, 0.5)
    old = survival.at(max(a, b), max(slow, fast))
    assert 0 <= old <= survival.at(min(a, b), min(slow, fast)) <= 1


@given(st.lists(sizes, max_size=20).map(tuple), speeds, st.sampled_from(BRANCHES))
def test_an_accuracy_is_finite_and_no_more_than_all(
    sizes: tuple[float, ...], speed: float, branch: Branch
) -> None:
    value = PROFILE.accuracy.of(branch, Content(sizes, speed))
    assert value <= 1 and math.isfinite(value)


def test_small_things_want_a_large_picture_and_fast_ones_a_short_interval() -> None:
    of = PROFILE.accuracy.of
    small, fast, still = Content((0.04,)), Content((0.5,), 0.2), Content((0.5,), 0.0)
    assert of(Branch(LARGE, 8, FLOW), small) > of(Branch(SMALL, 1, HOLD), small) + 0.2
    assert of(Branch(SMALL, 1, HOLD), fast) > of(Branch(LARGE, 8, FLOW), fast) + 0.1
    assert of(Branch(SMALL, 8, FLOW), still) > 0.8 * of(Branch(SMALL, 1, HOLD), still)


def test_what_stands_still_is_held_for_no_more_than_its_age() -> None:
    detector = Detector("m", 160)
    accuracy = Accuracy({detector.name: Recall(0.9, 3.0, 0.5)}, {})
    held, seen = (accuracy.of(Branch(detector, n, HOLD), Content((0.5,), 0.0)) for n in (8, 1))
    assert abs(held + COST * Gone().age(8) - seen) < 1e-3
