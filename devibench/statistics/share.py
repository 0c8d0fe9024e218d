"""The accuracy of one arm, with its interval.

Wilson's score interval (JASA 22, 1927) for as many independent questions as the clustered ones are
worth:

    effective size = questions / design effect
    design effect  = variance by video / (p (1 - p) / questions)

as Korn and Graubard do for surveys (Survey Methodology 24, 1998). The design effect is at least 1,
so that an arm that is always right is not given an interval without width. Their quantile is
Student's with one degree of freedom less than there are videos; with a dozen videos that covers
97 to 98 %, and a normal one 92 to 95 %, because only the design effect is estimated, and p (1 - p)
is not. Twice the degrees covers 93 to 97 % (simulated; `tests/bench/_devibench_coverage.py`
measures it on other shapes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Clustered, Interval

TAIL = 0.975


def share(right: Sequence[bool], videos: Sequence[str]) -> Interval:
    """The part of the questions that was answered rightly; 0 to 1 where there is but one video."""
    table = Clustered.of([float(one) for one in right], videos)
    value = table.mean()
    if table.videos < 2:
        return Interval(value, 0.0, 1.0)
    size = table.questions / design_effect(table)
    quantile = float(stats.t.ppf(TAIL, 2 * (table.videos - 1)))
    return wilson(value, size, quantile)


def design_effect(table: Clustered) -> float:
    """How many questions say as much as one independent one; at least 1."""
    value = table.mean()
    independent = value * (1.0 - value) / table.questions
    return max(1.0, table.variance() / independent) if independent > 0 else 1.0


def wilson(value: float, size: float, quantile: float) -> Interval:
    """Of a share of ``size`` independent questions."""
    squared = quantile**2
    middle = (value + squared / (2 * size)) / (1 + squared / size)
    spread = math.sqrt(value * (1 - value) / size + squared / (4 * size**2))
    half = quantile * spread / (1 + squared / size)
    return Interval(value, max(0.0, middle - half), min(1.0, middle + half))
