"""When frames were sent, and when they were there: kept by each receiver, summed up at the end.

Only the standard library: receivers that have an environment of their own use it, too. RTP times
are the sender's monotonic clock at 90 kHz, modulo 2^32, which all processes of a machine share.
"""

from __future__ import annotations

import math
import time
from array import array
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from typing import Any

CLOCK_HZ = 90_000
SAMPLE_S = 0.02
ENDED_S = 2.9
"""A stream without a frame for so long has none any more: idle senders send one a second."""
_AROUND = 1 << 32


def delay_s(rtp_time: int, now: float) -> float:
    """Since a frame with that RTP time was due to be sent."""
    ticks = (int(now * CLOCK_HZ) - rtp_time) % _AROUND
    return (ticks - _AROUND if ticks > _AROUND // 2 else ticks) / CLOCK_HZ


class Recorder:
    """Of one process."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, tuple[array[float], array[float]]] = {}

    def on_frame(self, stream: Hashable, rtp_time: int) -> None:
        """A whole frame of that stream is there now, decoded where the receiver decodes."""
        now = time.monotonic()
        if stream not in self._streams:
            self._streams[stream] = array("d"), array("d")
        there_t, sent_t = self._streams[stream]
        there_t.append(now)
        sent_t.append(now - delay_s(rtp_time, now))

    def clear(self) -> None:
        """A window begins: forget all but each stream's last frame, and streams that have ended."""
        since_t = time.monotonic() - ENDED_S
        ended = [name for name, (there_t, _) in self._streams.items() if there_t[-1] < since_t]
        for name in ended:
            del self._streams[name]
        for there_t, sent_t in self._streams.values():
            del there_t[:-1], sent_t[:-1]

    def figures(self, from_t: float, to_t: float) -> dict[str, Any]:
        """Delays of the frames that came between, ages of the newest one sampled there; ms."""
        delays, ages, rates = list[float](), list[float](), list[float]()
        for there_t, sent_t in self._streams.values():
            came = [(t, s) for t, s in zip(there_t, sent_t, strict=True) if from_t <= t <= to_t]
            delays += [1000 * (t - s) for t, s in came]
            rates.append(len(came) / (to_t - from_t))
            ages += _ages_ms(there_t, sent_t, from_t, to_t)
        return {
            "streams": len(self._streams),
            "fps_least": min(rates, default=0.0),
            "fps_mean": sum(rates) / len(rates) if rates else 0.0,
            "delay_p50_ms": quantile(delays, 0.5),
            "delay_p95_ms": quantile(delays, 0.95),
            "age_p50_ms": quantile(ages, 0.5),
            "age_p95_ms": quantile(ages, 0.95),
        }


def _ages_ms(
    there_t: Sequence[float], sent_t: Sequence[float], from_t: float, to_t: float
) -> list[float]:
    ages = []
    for sample in range(int((to_t - from_t) / SAMPLE_S)):
        t = from_t + sample * SAMPLE_S
        at = bisect_right(there_t, t)
        if at:
            ages.append(1000 * (t - sent_t[at - 1]))
    return ages


def quantile(values: Sequence[float], share: float) -> float | None:
    """The least value that so large a share is not above; None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
