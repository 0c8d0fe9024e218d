"""Queueing delay: what a packet took beyond the fastest of the last seconds.

The fastest packet of a window stands for the empty link (LEDBAT, RFC 6817, section 3.4.1: a list of
minima). A jump of either clock, or of the route, by more than a link can be slow begins anew.
"""

from __future__ import annotations

from collections import deque

WINDOW_BINS = 30
BIN_S = 1.0
JUMP_S = 60.0
"""No packet waits longer: a clock was set."""


class QueueingDelay:
    """``on_packet`` gives the waiting time; `base_s` is an empty link's, plus clocks' offset."""

    def __init__(self) -> None:
        self.base_s = float("inf")
        self.jumped = False
        """Whether the last packet began anew."""
        self._bins: deque[tuple[int, float]] = deque(maxlen=WINDOW_BINS)
        self._last_s: float | None = None

    def on_packet(self, sent_t: float, arrived_t: float) -> float:
        """s, never negative."""
        delay_s = arrived_t - sent_t
        self.jumped = self._last_s is not None and abs(delay_s - self._last_s) > JUMP_S
        if self.jumped:
            self._bins.clear()
            self.base_s = float("inf")
        self._last_s = delay_s
        number = int(arrived_t // BIN_S)
        if self._bins and self._bins[-1][0] == number:
            if delay_s < self._bins[-1][1]:
                self._bins[-1] = (number, delay_s)
                self.base_s = min(self.base_s, delay_s)
        else:
            self._bins.append((number, delay_s))
            self.base_s = min(least_s for _, least_s in self._bins)
        return delay_s - self.base_s
