"""Two arms on the same questions.

The difference of accuracies is bootstrapped over videos, both arms' answers together. McNemar's
test (Psychometrika 12, 1947) asks whether the questions that only one arm has right fall to both
alike: exactly, by the binomial law, as if questions were independent; and by video, where the arms'
names change places for whole videos at a time. The second is the one to quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Clustered, Floats, Interval
from devibench.statistics.resampling import RESAMPLES, bounds

SHUFFLES = 9999
"""All of them where that is fewer: with 13 videos or fewer that differ the test is exact."""


@dataclass(frozen=True, slots=True)
class McNemar:
    """Who has right what the other has wrong."""

    only_first: int
    only_second: int
    p: float
    """As if questions were independent."""
    p_by_video: float
    """Whole videos at a time."""


def difference(
    first: Sequence[bool],
    second: Sequence[bool],
    videos: Sequence[str],
    *,
    resamples: int = RESAMPLES,
) -> Interval:
    """The first arm's accuracy less the second's; -1 to 1 where there is but one video."""
    ours, theirs = [float(one) for one in first], [float(one) for one in second]
    found = mean_difference(ours, theirs, videos, resamples=resamples)
    return found or Interval(_differences(ours, theirs, videos).mean(), -1.0, 1.0)


def mean_difference(
    first: Sequence[float],
    second: Sequence[float],
    videos: Sequence[str],
    *,
    resamples: int = RESAMPLES,
) -> Interval | None:
    """Of any figure that both arms have of each question, such as delay or bits; None where there
    is but one video."""
    table = _differences(first, second, videos)
    found = bounds(table.means, table.videos, resamples=resamples)
    return None if found is None else Interval(table.mean(), *found)


def mcnemar(first: Sequence[bool], second: Sequence[bool], videos: Sequence[str]) -> McNemar:
    """Both tests, two-sided; p is 1 where the arms never differ."""
    pairs = list(zip(first, second, strict=True))
    only_first = sum(a and not b for a, b in pairs)
    only_second = sum(b and not a for a, b in pairs)
    discordant = only_first + only_second
    p = float(stats.binomtest(only_first, discordant).pvalue) if discordant else 1.0
    sums = _differences([float(a) for a in first], [float(b) for b in second], videos).sums
    return McNemar(only_first, only_second, p, _by_video(sums[sums != 0]))


def _by_video(sums: Floats) -> float:
    if len(sums) < 2:
        return 1.0

    def total(one: Floats, other: Floats, axis: int) -> Floats:
        summed: Floats = (one - other).sum(axis)
        return summed

    found = stats.permutation_test(
        (sums / 2, -sums / 2),
        total,
        permutation_type="samples",
        vectorized=True,
        n_resamples=SHUFFLES,
        rng=np.random.default_rng(0),
    )
    return min(1.0, float(found.pvalue))


def _differences(
    first: Sequence[float], second: Sequence[float], videos: Sequence[str]
) -> Clustered:
    return Clustered.of([a - b for a, b in zip(first, second, strict=True)], videos)
