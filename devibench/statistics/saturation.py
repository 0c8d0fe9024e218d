"""How many bits a question needs: where more no longer help.

What a question's answers were worth at several rates (right or wrong, or how readable) is made to
rise with the rate by isotonic regression, answers at the same rate first averaged. It saturates
where that first reaches the threshold, straight between two rates, as Artic reads its own table.

Some questions are right at the least rate already, and some at none. The first need at most that
rate; the second need more than the largest, which is not the same as that many: their distribution
is Kaplan and Meier's (JASA 53, 1958), as for patients who outlive a study.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats  # type: ignore[import-untyped,unused-ignore]
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped,unused-ignore]

THRESHOLD = 0.8
"""Artic's tau."""


@dataclass(frozen=True, slots=True)
class Saturation:
    """The rate that was enough for one question."""

    bps: float
    bound: Literal["", "at most", "more than"]
    """Empty where it was between two rates; else the end of what was measured."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A question's worth over the rate; it does not fall."""

    bps: tuple[float, ...]
    values: tuple[float, ...]

    def at(self, bps: float) -> float:
        """Straight between the rates, flat beyond them."""
        return float(np.interp(bps, self.bps, self.values))

    def saturation(self, threshold: float = THRESHOLD) -> Saturation:
        """Where it first reaches the threshold."""
        if self.values[0] >= threshold:
            return Saturation(self.bps[0], "at most")
        for place in range(1, len(self.bps)):
            low, high = self.values[place - 1], self.values[place]
            if high >= threshold:
                part = (threshold - low) / (high - low)
                step = self.bps[place] - self.bps[place - 1]
                return Saturation(self.bps[place - 1] + part * step, "")
        return Saturation(self.bps[-1], "more than")


def fit(points: Iterable[tuple[float, float]]) -> Fit:
    """Of pairs of bits/s and worth (0..1). Raises ``ValueError`` where there are none."""
    by_rate: dict[float, list[float]] = defaultdict(list)
    for bps, value in points:
        by_rate[bps].append(value)
    if not by_rate:
        raise ValueError("no answers to fit")
    rates = sorted(by_rate)
    means = [float(np.mean(by_rate[bps])) for bps in rates]
    levels = isotonic_regression(means, weights=[float(len(by_rate[bps])) for bps in rates]).x
    return Fit(tuple(rates), tuple(np.clip(levels, 0.0, 1.0).tolist()))


@dataclass(frozen=True, slots=True)
class Distribution:
    """What the questions of a run need."""

    saturations: tuple[Saturation, ...]

    def quantile(self, part: float) -> float | None:
        """The rate that is enough for that part of the questions; None where none is."""
        if not self.saturations:
            return None
        reached = [one.bps for one in self.saturations if one.bound != "more than"]
        beyond = [one.bps for one in self.saturations if one.bound == "more than"]
        if not reached:
            return None
        curve = stats.ecdf(stats.CensoredData(uncensored=reached, right=beyond)).cdf
        enough = np.flatnonzero(curve.probabilities >= part - 1e-12)
        return float(curve.quantiles[enough[0]]) if len(enough) else None

    @property
    def never(self) -> int:
        """Questions for which the largest rate was not enough."""
        return sum(one.bound == "more than" for one in self.saturations)

    def kbps(self, part: float) -> str:
        """`quantile` for people."""
        found = self.quantile(part)
        if found is None:
            return "–"
        least = any(one.bound == "at most" and one.bps >= found for one in self.saturations)
        return f"{'≤ ' if least else ''}{found / 1e3:.0f}"

    def counts(self, edges_bps: Sequence[float]) -> tuple[int, ...]:
        """Questions by bin: at most the first edge, then between edges, then never."""
        found = [0] * (len(edges_bps) + 1)
        for one in self.saturations:
            if one.bound == "more than":
                found[-1] += 1
            else:
                place = int(np.searchsorted(edges_bps, one.bps * (1 - 1e-9)))
                found[min(place, len(edges_bps) - 1)] += 1
        return tuple(found)
