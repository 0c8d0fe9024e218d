"""From rows to curves: share of the original's, against bits on the wire, with 95 % intervals.

    share(arm, rate) = sum over looks of what was read / the same on the original
    x                = mean of the real bits on the wire

Intervals are bootstrapped over asked things, all looks of one together, and for comparisons over
the same things for both arms. 'Rate at equal accuracy' is where a curve first reaches 90 %, between
two rates interpolated in their logarithm. Where the least rate already reaches it, the true value
is at most that rate; where none does, it is more than the largest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap  # type: ignore[import-untyped,unused-ignore]

from tests.bench._codecs_score import Row

EQUAL = 0.9
SAME_RATE = 1.02
"""No encoder meets a rate to the bit."""
RESAMPLES = 1000
Floats = NDArray[np.float64]
Chosen = NDArray[np.int_]
"""Indices of asked things, some of them more than once."""
Curve = Sequence[tuple[float, float]]
"""Bits/s on the wire and share, in any order."""


class Point(NamedTuple):
    """One arm at one asked rate."""

    rate_bps: float
    wire_bps: float
    share: float
    low: float
    high: float


class Reached(NamedTuple):
    """The rate at which a curve reaches `EQUAL`."""

    bps: float
    bound: Literal["", "at most", "more than"]
    """Empty where it was measured; else the end of what was."""


class Ratio(NamedTuple):
    """One arm's rate at equal accuracy over another's."""

    value: float
    low: float
    high: float
    bounds: str
    """What of it is only a bound, for people."""


@dataclass(frozen=True, slots=True)
class Table:
    """One arm: sums per asked thing (row) and rate (column), so that things can be drawn again."""

    rates_bps: tuple[float, ...]
    wire_bps: Floats
    got: Floats
    original: Floats

    def shares(self, chosen: Chosen | None = None) -> Floats:
        """Per rate, over some of the things or all; 0 where the originals gave nothing."""
        rows = slice(None) if chosen is None else chosen
        there = self.original[rows].sum(axis=0)
        return np.asarray(self.got[rows].sum(axis=0) / np.maximum(there, 1e-9), np.float64)

    def points(self, chosen: Chosen | None = None) -> Curve:
        """The curve."""
        rows = slice(None) if chosen is None else chosen
        wire = self.wire_bps[rows].mean(axis=0)
        return list(zip(wire.tolist(), self.shares(chosen).tolist(), strict=True))


def things_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """What is asked about in these rows, in order of its name."""
    return tuple(sorted({row["asked"] for row in rows}))


def by_arm(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of each arm, in the order in which arms first come."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["arm"], []).append(row)
    return found


def table_of(rows: Iterable[Row], things: Sequence[str]) -> Table | None:
    """Of one arm's rows; None where a thing is missing at a rate, or there are none."""
    cells = {(row["asked"], row["rate_bps"]): row for row in rows}
    rates = tuple(sorted({rate for _, rate in cells}))
    if not cells or not things or any((thing, r) not in cells for thing in things for r in rates):
        return None

    def filled(value: Callable[[Row], float]) -> Floats:
        return np.array([[value(cells[thing, rate]) for rate in rates] for thing in things])

    return Table(
        rates,
        filled(lambda row: row["wire_bps"]),
        filled(lambda row: sum(row["got"])),
        filled(lambda row: sum(row["original"])),
    )


def points_of(table: Table) -> tuple[Point, ...]:
    """The curve with its band, one point per asked rate."""
    low, high = interval(table.shares, len(table.got))
    wire, shares = zip(*table.points(), strict=True)
    parts = zip(table.rates_bps, wire, shares, low.tolist(), high.tolist(), strict=True)
    return tuple(Point(*part) for part in parts)


def interval(
    statistic: Callable[[Chosen], Floats | float], things: int, *, resamples: int = RESAMPLES
) -> tuple[Floats, Floats]:
    """95 %, over things drawn again; the statistic itself twice where there is but one."""
    everything = np.arange(things)
    if things < 2:
        only = np.atleast_1d(np.asarray(statistic(everything), np.float64))
        return only, only
    found = bootstrap(
        (everything,),
        statistic,
        vectorized=False,
        n_resamples=resamples,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return np.atleast_1d(found.low), np.atleast_1d(found.high)


def reached(curve: Curve) -> Reached:
    """Where the curve first comes to `EQUAL`."""
    points = sorted(curve)
    if points[0][1] >= EQUAL:
        return Reached(points[0][0], "at most")
    for (low_bps, low), (high_bps, high) in pairwise(points):
        if high >= EQUAL:
            part = (EQUAL - low) / (high - low)
            return Reached(low_bps * (high_bps / low_bps) ** part, "")
    return Reached(points[-1][0], "more than")


def share_at(table: Table, bps: float) -> float | None:
    """What the curve reads at exactly these bits on the wire.

    Below what was measured None, but for `SAME_RATE`; above it what was read with less.
    """
    points = sorted(table.points())
    if SAME_RATE * bps < points[0][0]:
        return None
    logs = [math.log(wire) for wire, _ in points]
    return float(np.interp(math.log(bps), logs, [share for _, share in points]))


def ratio(ours: Table, theirs: Table) -> Ratio:
    """Our rate at equal accuracy over theirs, over the same things in pairs."""

    def value(chosen: Chosen) -> float:
        return reached(ours.points(chosen)).bps / reached(theirs.points(chosen)).bps

    mine, other = reached(ours.points()), reached(theirs.points())
    low, high = interval(value, len(ours.got))
    bounds = ", ".join(
        f"{who} {one.bound} {one.bps / 1e3:.0f} kb/s"
        for who, one in (("ours", mine), ("theirs", other))
        if one.bound
    )
    return Ratio(mine.bps / other.bps, float(low[0]), float(high[0]), bounds)


def gain(ours: Table, theirs: Table, rate_bps: float) -> tuple[float, float, float]:
    """Our share less theirs at one asked rate, with its interval, in pairs."""
    mine, other = ours.rates_bps.index(rate_bps), theirs.rates_bps.index(rate_bps)

    def value(chosen: Chosen | None) -> float:
        return float(ours.shares(chosen)[mine] - theirs.shares(chosen)[other])

    low, high = interval(value, len(ours.got))
    return value(None), float(low[0]), float(high[0])
