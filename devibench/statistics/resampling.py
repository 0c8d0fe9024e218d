"""The bootstrap over videos: percentile intervals, widened for few videos.

A plain percentile interval is too short by the factor that divides Student's quantile by the normal
one, and by sqrt((n - 1) / n): with a dozen videos it holds the truth in 91 to 93 % of cases. Asking
for a correspondingly larger share of the draws mends both (Hesterberg, The American Statistician
69(4), 2015, "expanded percentile"). Studentised intervals are infinite where a draw holds no two
different videos, which happens with a dozen of them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Chosen, Floats

RESAMPLES = 3000
"""Of which 1 % are beyond each bound: with fewer, where the draws fell shows in the coverage."""
MOST_UNDEFINED = 0.05
"""Of the draws; above it there is no interval."""


def expanded_tail(videos: int) -> float:
    """The part of the draws to leave out on each side, for 95 %. Takes 2 videos or more."""
    quantile = float(stats.t.ppf(0.975, videos - 1))
    return float(stats.norm.cdf(-math.sqrt(videos / (videos - 1)) * quantile))


def bounds(
    statistic: Callable[[Chosen], Floats],
    videos: int,
    *,
    resamples: int = RESAMPLES,
    vectorised: bool = True,
) -> tuple[float, float] | None:
    """Low and high of a statistic of drawn videos; the same each time.

    ``statistic`` takes indices of videos, the last axis a draw, and returns one figure per draw
    (one draw at a time unless ``vectorised``); NaN where it has none. None where there are fewer
    than 2 videos, or more than 5 % of the draws have no figure.
    """
    if videos < 2:
        return None

    def along(chosen: Chosen, axis: int = -1) -> Floats:
        return statistic(np.moveaxis(chosen, axis, -1))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        drawn = stats.bootstrap(
            (np.arange(videos),),
            along if vectorised else statistic,
            vectorized=vectorised,
            n_resamples=resamples,
            method="percentile",
            rng=np.random.default_rng(0),
        ).bootstrap_distribution
    known = drawn[np.isfinite(drawn)]
    if len(known) < (1 - MOST_UNDEFINED) * len(drawn):
        return None
    tail = expanded_tail(videos)
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)
