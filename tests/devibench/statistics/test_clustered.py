"""Sums by video, against statsmodels where it overlaps."""

from __future__ import annotations

import math

import numpy as np
import pytest

from devibench.statistics.clustered import Clustered

VALUES = [1, 0, 0, 1, 1, -1, 0, 1, 0, 0, 1, 1, 1, 0, -1, 1]
VIDEOS = [str(one) for one in (0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5)]
STATSMODELS = 0.15640617
"""statsmodels 0.15: OLS on a constant, cov_type="cluster", the same groups."""


def test_the_standard_error_is_that_of_clustered_least_squares() -> None:
    table = Clustered.of(VALUES, VIDEOS)
    assert table.mean() == pytest.approx(0.375)
    assert math.sqrt(table.variance()) == pytest.approx(STATSMODELS, abs=1e-8)


def test_a_draw_of_all_videos_has_the_mean_of_all() -> None:
    table = Clustered.of(VALUES, VIDEOS)
    draws = np.array([np.arange(6), np.zeros(6, int)])
    assert table.means(draws) == pytest.approx([0.375, 1 / 3])


def test_videos_and_questions_are_counted() -> None:
    table = Clustered.of(VALUES, VIDEOS)
    assert (table.videos, table.questions) == (6, 16)


def test_of_one_video_no_variance_is_known() -> None:
    assert Clustered.of([1, 0], ["a", "a"]).variance() == 0.0


@pytest.mark.parametrize(("values", "videos"), [([], []), ([1.0], ["a", "b"])])
def test_what_does_not_fit_is_refused(values: list[float], videos: list[str]) -> None:
    with pytest.raises(ValueError, match="questions"):
        Clustered.of(values, videos)
