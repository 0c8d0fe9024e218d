"""Accuracies with intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Clustered
from devibench.statistics.share import design_effect, share, wilson


@pytest.mark.parametrize(("right", "questions"), [(45, 60), (50, 60), (0, 12), (12, 12), (1, 3)])
def test_wilson_is_that_of_scipy(right: int, questions: int) -> None:
    theirs = stats.binomtest(right, questions).proportion_ci(method="wilson")
    ours = wilson(right / questions, questions, float(stats.norm.ppf(0.975)))
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_wilson_is_that_of_statsmodels() -> None:
    ours = wilson(45 / 60, 60, float(stats.norm.ppf(0.975)))
    assert (ours.low, ours.high) == pytest.approx((0.6276792993, 0.8422347747), abs=1e-9)


def test_questions_that_stand_and_fall_together_are_worth_one() -> None:
    right = [True] * 5 + [False] * 5 + [True] * 5 + [False] * 5
    videos = [str(place // 5) for place in range(20)]
    assert design_effect(Clustered.of([float(r) for r in right], videos)) > 5


def test_a_clustered_interval_is_wider_than_an_independent_one() -> None:
    right = [video % 3 > 0 for video in range(12) for _ in range(5)]
    together = share(right, [str(video) for video in range(12) for _ in range(5)])
    apart = share(right, [str(place) for place in range(60)])
    assert together.value == apart.value
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_one_video_says_nothing_about_others() -> None:
    assert share([True, False, True, True], ["a"] * 4) == (0.75, 0.0, 1.0)


def test_being_always_right_is_not_certainty() -> None:
    found = share([True] * 60, [str(place // 5) for place in range(60)])
    assert found.high == 1.0
    assert 0.9 < found.low < 0.96


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcdef")), min_size=1, max_size=60))
def test_the_value_lies_in_its_interval_and_that_in_0_to_1(pairs: list[tuple[bool, str]]) -> None:
    found = share([right for right, _ in pairs], [video for _, video in pairs])
    assert 0.0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1.0
