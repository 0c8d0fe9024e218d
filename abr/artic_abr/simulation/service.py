"""A link's capacity as cumulative service: S(t), the bytes that it can have carried by t.

Everything a queue does follows from it: b bytes that begin to be served at t are through at
S⁻¹(S(t) + b), whatever the capacity does meanwhile. S is a chain of straight pieces; after the
last knot it begins anew. Measured bins are served in
whole opportunities, as a radio does (and Mahimahi): a trickle of 10 kb/s is a packet a second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import ceil, floor

OPPORTUNITY_BYTES = 1500
"""Mahimahi (Netravali et al., USENIX ATC 2015): a line is a chance to deliver one MTU."""
BIN_S = 0.1


class Service:
    """S(t) and its inverse, both by bisection.

    ``times_s`` and ``served_bytes`` are the knots, both from 0 and neither ever falling; with
    ``whole_bytes``, only multiples of that are served. Raises ``ValueError`` where they are not
    that, or where nothing is ever served.
    """

    def __init__(
        self,
        times_s: Sequence[float],
        served_bytes: Sequence[float],
        *,
        whole_bytes: int | None = None,
    ) -> None:
        self._times = [float(t) for t in times_s]
        self._served = [float(b) for b in served_bytes]
        self._whole = whole_bytes
        for knots in (self._times, self._served):
            if len(knots) < 2 or knots[0] != 0.0 or knots != sorted(knots):
                raise ValueError("the knots of a service start at 0 and do not fall")
        if len(self._times) != len(self._served):
            raise ValueError("a knot has a time and an amount")
        self.period_s, self._total = self._times[-1], self._served[-1]
        if not (0 < self.period_s < float("inf") and 0 < self._total < float("inf")):
            raise ValueError("a service takes some time, and serves something in it")

    @property
    def mean_bps(self) -> float:
        """Over the whole trace."""
        return 8 * self._total / self.period_s

    def at(self, t_s: float) -> float:
        """S(t), bytes."""
        if self._whole is None:
            return self._at(t_s)
        return floor(self._at(t_s) / self._whole + 1e-6) * self._whole

    def when(self, served_bytes: float) -> float:
        """S⁻¹: the first moment by which so many bytes can have been served, s."""
        if self._whole is None:
            return self._when(served_bytes)
        return self._when(ceil(served_bytes / self._whole - 1e-6) * self._whole)

    def _at(self, t_s: float) -> float:
        laps, rest = divmod(t_s, self.period_s)
        after = bisect_right(self._times, rest)
        if after == len(self._times):
            return laps * self._total + self._served[-1]
        from_t, from_bytes = self._times[after - 1], self._served[after - 1]
        share = (rest - from_t) / (self._times[after] - from_t)
        return laps * self._total + from_bytes + share * (self._served[after] - from_bytes)

    def _when(self, served_bytes: float) -> float:
        laps, rest = divmod(served_bytes, self._total)
        if rest <= 0.0:
            if laps <= 0:
                return 0.0
            laps, rest = laps - 1, self._total
        upto = bisect_left(self._served, rest)
        from_t, from_bytes = self._times[upto - 1], self._served[upto - 1]
        share = (rest - from_bytes) / (self._served[upto] - from_bytes)
        return laps * self.period_s + from_t + share * (self._times[upto] - from_t)

    def bps(self, from_s: float, to_s: float) -> float:
        """Mean capacity between two moments."""
        return 8 * (self.at(to_s) - self.at(from_s)) / (to_s - from_s)


def constant(bps: float) -> Service:
    """A link that never changes."""
    return Service((0.0, 1.0), (0.0, bps / 8))


def steps(changes: Sequence[tuple[float, float]], until_s: float) -> Service:
    """From each (second, bit/s) on the link carries that much; the first is at 0."""
    times, served = [0.0], [0.0]
    ends = [*(t for t, _ in changes[1:]), until_s]
    for (begin_s, bps), end_s in zip(changes, ends, strict=True):
        times.append(end_s)
        served.append(served[-1] + bps / 8 * (end_s - begin_s))
    return Service(times, served)


def from_bins(mbps: Iterable[float], bin_s: float = BIN_S) -> Service:
    """Equal bins of Mb/s, served in whole opportunities."""
    values = [value * 1e6 for value in mbps]
    return from_steps([number * bin_s for number in range(len(values) + 1)], values)


def from_steps(
    edges_s: Sequence[float],
    steps_bps: Sequence[float],
    *,
    whole_bytes: int | None = OPPORTUNITY_BYTES,
) -> Service:
    """A recorded trace: bit/s between each two of ``edges_s``, served in whole opportunities.

    Where steps are opportunities themselves, ``whole_bytes`` is None: packets may share one.
    """
    served = [0.0]
    for begin_s, end_s, bps in zip(edges_s, edges_s[1:], steps_bps, strict=False):
        served.append(served[-1] + bps / 8 * (end_s - begin_s))
    return Service(edges_s, served, whole_bytes=whole_bytes)
