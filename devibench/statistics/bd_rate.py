"""Bjontegaard's deltas (VCEG-M33, 2001) for accuracy: what one arm saves over a whole curve.

    BD-rate     mean of ln(bits) of the one less the other, over the accuracies that both reach
    BD-accuracy mean of the accuracy of the one less the other, over the rates that both have

Curves go through their points by Fritsch and Carlson's monotone cubics (PCHIP), which do not swing
where a curve saturates as the fitted cubic of 2001 does. Measured accuracy wobbles and saturates,
and bits are no function of it then: it is first made to rise by isotonic regression, and of equal
accuracies only the least bits count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator  # type: ignore[import-untyped,unused-ignore]
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.clustered import Chosen, Clustered, Floats, Interval
from devibench.statistics.resampling import bounds

Curve = Sequence[tuple[float, float]]
"""Bits/s and accuracy, in any order."""
RESAMPLES = 500
"""A draw is two curves, not one sum."""


def bd_rate(curve: Curve, anchor: Curve) -> float | None:
    """How many more bits the curve needs than the anchor for equal accuracy, as a part: -0.3 is
    30 % fewer. None where they share no accuracies, or one of them does not rise."""
    ours, theirs = _rising(curve), _rising(anchor)
    delta = _mean_gap([(y, x) for x, y in ours], [(y, x) for x, y in theirs])
    return None if delta is None else math.expm1(delta)


def bd_accuracy(curve: Curve, anchor: Curve) -> float | None:
    """How much more accurate the curve is than the anchor at equal bits, 0.05 being 5 points. None
    where they share no rates, or one has a single one."""
    return _mean_gap(_logarithmic(curve), _logarithmic(anchor))


@dataclass(frozen=True, slots=True)
class RateTable:
    """One arm: what was right and how many bits it took, by video, at each asked rate."""

    right: tuple[Clustered, ...]
    bps: tuple[Clustered, ...]

    @classmethod
    def of(
        cls, columns: Mapping[float, tuple[Sequence[bool], Sequence[float]]], videos: Sequence[str]
    ) -> RateTable:
        """Per asked rate: was it right, and at how many bits/s, of the same questions each."""
        rights, rates = [], []
        for right, bps in columns.values():
            rights.append(Clustered.of([float(one) for one in right], videos))
            rates.append(Clustered.of(bps, videos))
        return cls(tuple(rights), tuple(rates))

    def curve(self, chosen: Chosen | None = None) -> Curve:
        """Of all videos, or of those drawn."""
        if chosen is None:
            return [
                (bps.mean(), right.mean()) for bps, right in zip(self.bps, self.right, strict=True)
            ]
        return [
            (float(bps.means(chosen)), float(right.means(chosen)))
            for bps, right in zip(self.bps, self.right, strict=True)
        ]


def bd_rate_interval(ours: RateTable, theirs: RateTable) -> Interval | None:
    """The BD-rate with its interval over videos, both arms' together; None where there is no
    BD-rate, or none for more than 5 % of the draws."""
    value = bd_rate(ours.curve(), theirs.curve())
    videos = ours.right[0].videos

    def drawn(chosen: Chosen) -> Floats:
        found = bd_rate(ours.curve(chosen), theirs.curve(chosen))
        return np.asarray(math.nan if found is None else found)

    found = bounds(drawn, videos, resamples=RESAMPLES, vectorised=False)
    return None if value is None or found is None else Interval(value, *found)


def _logarithmic(curve: Curve) -> list[tuple[float, float]]:
    by_rate: dict[float, float] = {}
    for bps, accuracy in sorted(curve):
        by_rate[math.log(bps)] = accuracy
    return list(by_rate.items())


def _rising(curve: Curve) -> list[tuple[float, float]]:
    points = _logarithmic(curve)
    if not points:
        return []
    levels = isotonic_regression([accuracy for _, accuracy in points]).x
    least: dict[float, float] = {}
    for (log_bps, _), level in zip(points, levels.tolist(), strict=True):
        least.setdefault(round(level, 9), log_bps)
    return [(log_bps, level) for level, log_bps in least.items()]


def _mean_gap(ours: Sequence[tuple[float, float]], theirs: Sequence[tuple[float, float]]) -> (
    float | None
):  # fmt: skip
    if len(ours) < 2 or len(theirs) < 2:
        return None
    low, high = max(ours[0][0], theirs[0][0]), min(ours[-1][0], theirs[-1][0])
    if high <= low:
        return None
    areas = [
        float(PchipInterpolator(*zip(*points, strict=True)).integrate(low, high))
        for points in (ours, theirs)
    ]
    return (areas[0] - areas[1]) / (high - low)
