"""How long the event loop was away.

A loop that stalls drops packets of every call, so the gateway measures itself: a tick every 10 ms,
and the worst lateness of the last 10 seconds, in bins of one second so that old stalls pass. The
mean of the last 3 says how busy the loop is: it is small where one stall was long.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

TICK_S = 0.01
BINS = 10
MEAN_S = 3.0


class LoopLag:
    """Runs as one task for the life of the gateway."""

    def __init__(self) -> None:
        self._bins_s: deque[tuple[int, float]] = deque(maxlen=BINS)
        self._late_s: deque[float] = deque(maxlen=int(MEAN_S / TICK_S))

    async def run(self) -> None:
        """Measure until cancelled."""
        due_t = time.monotonic() + TICK_S
        while True:
            await asyncio.sleep(max(0.0, due_t - time.monotonic()))
            now = time.monotonic()
            self.on_tick(now - due_t, now=now)
            due_t = now + TICK_S

    def on_tick(self, late_s: float, *, now: float) -> None:
        """A tick that came ``late_s`` after it was due."""
        second = int(now)
        self._late_s.append(max(0.0, late_s))
        if self._bins_s and self._bins_s[-1][0] == second:
            late_s = max(late_s, self._bins_s.pop()[1])
        self._bins_s.append((second, max(0.0, late_s)))

    def mean_ms(self) -> float:
        """The mean lateness of the last ticks."""
        return 1000 * sum(self._late_s) / max(1, len(self._late_s))

    def max_ms(self, *, now: float) -> float:
        """The worst lateness of the last ten seconds."""
        recent = (late_s for second, late_s in self._bins_s if now - second <= BINS)
        return round(1000 * max(recent, default=0.0), 1)
