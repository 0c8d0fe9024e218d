"""Application-limited: a sender that uses less than it may teaches nothing about more.

Source: libwebrtc's ALR detector (a budget of 65 % of the estimate; left at 20 % used up), as a
plain share of what was sent over the last half second.
"""

from __future__ import annotations

from collections import deque

USED = 0.65
WINDOW_S = 0.5


class LimitedDetector:
    """Compares what leaves with what may."""

    def __init__(self) -> None:
        self._sent: deque[tuple[float, int]] = deque()
        self._bytes = 0

    def on_sent(self, size_bytes: int, now: float) -> None:
        """A packet leaves; a clock set back begins anew."""
        if self._sent and now < self._sent[-1][0] - WINDOW_S:
            self._sent.clear()
            self._bytes = 0
        self._sent.append((now, size_bytes))
        self._bytes += size_bytes
        while self._sent[0][0] < now - WINDOW_S:
            self._bytes -= self._sent.popleft()[1]

    def is_limited(self, allowed_bps: float) -> bool:
        """Whether less than `USED` of the allowed leaves."""
        return 8 * self._bytes / WINDOW_S < USED * allowed_bps
