"""Figures out of what was recorded. No clock, no sockets: times are arguments, all in s."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

import numpy as np

from articgw.testing.link import HEADER_BYTES
from articgw.testing.wire import Passage
from tests.bench._live_recorder import Seen, is_intact, is_whole

WINDOW_S = 0.5
"""Rates are means of the trailing half second."""
BURST_S = 0.25
STEADY_FRAMES = 9
FREEZE_S, HITCH_S = 0.5, 0.2


class Rates:
    """Bits/s of packets as they came, IP and UDP headers included."""

    def __init__(self, packets: Sequence[Passage]) -> None:
        self._times = [packet.t for packet in packets]
        bits = (8 * (packet.size_bytes + HEADER_BYTES) for packet in packets)
        self._sums = [0, *accumulate(bits)]

    def trailing_bps(self, t: float, window_s: float = WINDOW_S) -> float:
        """Mean of the window that ends at ``t``."""
        first, end = bisect_right(self._times, t - window_s), bisect_right(self._times, t)
        return (self._sums[end] - self._sums[first]) / window_s

    def reached_s(self, level_bps: float) -> float | None:
        """From the first packet until a window carries that much; None: never."""
        reached = (t for t in self._times if self.trailing_bps(t) >= level_bps)
        return next((t - self._times[0] for t in reached), None)

    def obeyed_s(self, level_bps: float, *, from_t: float, hold_s: float) -> float | None:
        """From ``from_t`` until the trailing window is at the level and it is kept for ``hold_s``.

        Kept: a link of that rate with a queue of `BURST_S` would carry it all (a token bucket, as
        in RFC 2697). "No window above it" fails a steady sender of ten frames a second: a window
        holds five of them or six.
        """
        for t in self._times[bisect_left(self._times, from_t) :]:
            if t > self._times[-1] - hold_s:
                break
            if self.trailing_bps(t) <= level_bps and self._queue_s(t, hold_s, level_bps) <= BURST_S:
                return t - from_t
        return None

    def obeyed_strictly_s(self, level_bps: float, *, from_t: float, hold_s: float) -> float | None:
        """The same where kept means: no trailing window is above the level."""
        obeyed_t = from_t
        for t in self._times[bisect_left(self._times, from_t) :]:
            if t - obeyed_t >= hold_s:
                return obeyed_t - from_t
            if self.trailing_bps(t) > level_bps:
                obeyed_t = t
        return None

    def _queue_s(self, from_t: float, for_s: float, rate_bps: float) -> float:
        """The longest queue of a link that is empty at ``from_t``."""
        first = bisect_right(self._times, from_t)
        end = bisect_right(self._times, from_t + for_s)
        last_t, queue_s, longest_s = from_t, 0.0, 0.0
        for at in range(first, end):
            queue_s = max(0.0, queue_s - (self._times[at] - last_t))
            queue_s += (self._sums[at + 1] - self._sums[at]) / rate_bps
            last_t, longest_s = self._times[at], max(longest_s, queue_s)
        return longest_s

    def mean_bps(self, from_t: float, to_t: float) -> float:
        """Over a span."""
        return self.trailing_bps(to_t, to_t - from_t)


def queue_ms(packets: Sequence[Passage], *, at_t: float, delay_s: float) -> float:
    """How much longer what came before ``at_t`` keeps a link busy that adds ``delay_s``."""
    through = [p.delivery_t for p in packets if p.t <= at_t and p.delivery_t is not None]
    return 1000 * max(0.0, max(through, default=0.0) - delay_s - at_t)


def first_lines(frames: Sequence[Seen]) -> int | None:
    """Height of the first decoded picture."""
    return next((seen.size_px[1] for seen in frames if seen.size_px), None)


def answerable_s(frames: Iterable[Seen], *, posted_t: float) -> float | None:
    """From the offer until a picture of full size came that is intact."""
    return next((seen.t - posted_t for seen in frames if is_whole(seen)), None)


def gaps_s(
    frames: Iterable[Seen], *, from_t: float, to_t: float, whole: bool = False
) -> list[float]:
    """Between intact pictures (and of full size, if ``whole``), and to both ends of the span."""
    counts = is_whole if whole else is_intact
    times = sorted(seen.t for seen in frames if counts(seen) and from_t <= seen.t <= to_t)
    return [later - earlier for earlier, later in pairwise([from_t, *times, to_t])]


def frozen_s(gaps: Sequence[float]) -> float:
    """The gaps that people call a freeze, in sum."""
    return sum(gap for gap in gaps if gap > FREEZE_S)


def lost_s(gaps: Sequence[float]) -> float:
    """What is missing beyond the usual gap, of gaps that are longer than it by `HITCH_S`."""
    usual = statistics.median(gaps)
    return sum(gap - usual for gap in gaps if gap - usual > HITCH_S)


def steadied(
    captured: Sequence[tuple[int, float]], *, fps: float, frames: int
) -> list[tuple[int, float]]:
    """Captures whose numbers are a frame off now and then, at the times that their neighbours say.

    A browser's callback tells the time of one frame and may paint the next. A camera's clock is
    steady over `STEADY_FRAMES`, so each time becomes its number's place on the median line.
    """
    count = 0
    counts: list[int] = []
    offsets: list[float] = []
    for place, (number, t) in enumerate(captured):
        before = captured[place - 1][0] if place else number
        count += (number - before + frames // 2) % frames - frames // 2
        counts.append(count)
        offsets.append(t - count / fps)
    reach = STEADY_FRAMES // 2
    return [
        (number, statistics.median(offsets[max(0, at - reach) : at + reach + 1]) + counts[at] / fps)
        for at, (number, _) in enumerate(captured)
    ]


def age_s(
    handed: Seen, captured: Sequence[tuple[int, float]], *, fps: float, frames: int
) -> float | None:
    """Since the capture of the picture with that number, most recently before it was handed over.

    A frame whose capture was not noted is placed by its neighbour's, at most half a second off.
    """
    if handed.number is None:
        return None
    most = round(fps / 2)
    best: tuple[int, float] | None = None
    for number, t in reversed(captured):
        if handed.t - t > frames / fps:
            break
        off = (handed.number - number + frames // 2) % frames - frames // 2
        placed_t = t + off / fps
        close = abs(off) <= most and placed_t <= handed.t
        if close and (best is None or abs(off) < best[0]):
            best = abs(off), placed_t
    return None if best is None else handed.t - best[1]


def since_s(
    seen: Iterable[Seen], before: Sequence[tuple[int, float]], *, within_s: float
) -> list[float]:
    """From the last earlier moment noted for a picture's number until it was seen."""
    times: dict[int, list[float]] = {}
    for number, t in before:
        times.setdefault(number, []).append(t)
    found = []
    for one in seen:
        noted = times.get(-1 if one.number is None else one.number, [])
        place = bisect_right(noted, one.t)
        if place and one.t - noted[place - 1] <= within_s:
            found.append(one.t - noted[place - 1])
    return found


def growth(samples: Sequence[tuple[float, float]], *, from_s: float, to_s: float) -> float:
    """Of a figure sampled over time: between the medians of 5 s that begin and end the span."""
    begin = [value for t, value in samples if from_s <= t <= from_s + 5]
    end = [value for t, value in samples if to_s - 5 <= t <= to_s]
    return statistics.median(end) - statistics.median(begin)


def percentile(values: Sequence[float], share: float) -> float | None:
    """By linear interpolation; None of nothing."""
    return float(np.percentile(values, 100 * share)) if values else None
