"""The bootstrap over videos."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Chosen, Floats
from devibench.statistics.resampling import bounds, expanded_tail


@pytest.mark.parametrize(
    ("videos", "tail"),
    [(2, 0.0), (5, 0.00095), (12, 0.01076), (30, 0.01875), (1000, 0.02480)],
)
def test_few_videos_take_more_of_the_draws(videos: int, tail: float) -> None:
    assert expanded_tail(videos) == pytest.approx(tail, abs=2e-5)


def test_it_is_as_wide_as_students_interval_of_a_normal_mean() -> None:
    values = np.random.default_rng(3).normal(5.0, 2.0, 20)

    def mean(chosen: Chosen) -> Floats:
        found: Floats = values[chosen].mean(-1)
        return found

    theirs = stats.ttest_1samp(values, 0.0).confidence_interval()
    found = bounds(mean, 20)
    assert found is not None
    assert found[1] - found[0] == pytest.approx(theirs.high - theirs.low, rel=0.03)


def test_one_at_a_time_is_the_same_as_all_at_once() -> None:
    values = np.random.default_rng(4).normal(size=9)

    def mean(chosen: Chosen) -> Floats:
        return np.asarray(values[chosen].mean(-1))

    each = bounds(mean, 9, resamples=200, vectorised=False)
    assert each == pytest.approx(bounds(mean, 9, resamples=200))


def test_one_video_has_no_bounds() -> None:
    assert bounds(lambda chosen: np.asarray(chosen.sum(-1), np.float64), 1) is None


def test_a_statistic_that_often_has_no_value_has_no_bounds() -> None:
    def seldom(chosen: Chosen) -> Floats:
        return np.where((chosen == 0).any(-1), math.nan, 1.0)

    assert bounds(seldom, 10) is None


def test_the_bounds_are_the_same_each_time() -> None:
    def mean(chosen: Chosen) -> Floats:
        found: Floats = chosen.mean(-1)
        return found

    assert bounds(mean, 8) == bounds(mean, 8)
