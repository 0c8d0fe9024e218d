"""Jitter: how long packets wait on a link that is empty, so that it is not taken for a queue.

A queue stands: for as long as it does, even the luckiest packet waits. Jitter does not: in any
third of a second some packet comes through at once, while most wait. So where the least wait of
such a block is next to nothing, what most of them waited is jitter; where it is not, nothing is
learned, and what was is slowly doubted.

    j ← j + NEWS·(third quartile − j)    where the block's least wait < EMPTY_S
    j ← DOUBT·j                          where it is not

The same distinction makes minima the measure of queueing delay in LEDBAT (RFC 6817, 4.2); wireless
links schedule in slots and repeat below us, which is tens of ms.
"""

from __future__ import annotations

BLOCK_S = 0.3
LEAST_REPORTS = 4
EMPTY_S = 0.008
NEWS, DOUBT = 0.2, 0.9
MOST_S = 0.04


class Jitter:
    """`s` is the present estimate, s; 0 while nothing is known."""

    def __init__(self) -> None:
        self.s = 0.0
        self._began_t = float("-inf")
        self._waits: list[float] = []

    def on_wait(self, waited_s: float, arrived_t: float) -> None:
        """The least that any packet of a report waited, and when its last one came."""
        if not 0 <= arrived_t - self._began_t <= BLOCK_S:
            self._close()
            self._began_t = arrived_t
        self._waits.append(waited_s)

    def _close(self) -> None:
        waits, self._waits = sorted(self._waits), []
        if len(waits) < LEAST_REPORTS:
            return
        if waits[0] >= EMPTY_S:
            self.s *= DOUBT
            return
        self.s = min(MOST_S, self.s + NEWS * (waits[3 * len(waits) // 4] - self.s))
