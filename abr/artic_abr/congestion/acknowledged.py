"""Acknowledged rate: what arrived, by the receiver's clock.

Source: libwebrtc's acknowledged bitrate estimator and draft-ietf-rmcat-gcc-02, section 5.5 (R̂, over
half a second to a second).
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 0.5


class AcknowledgedRate:
    """Bytes that came, over a sliding window."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._came: deque[tuple[float, int]] = deque()
        self._bytes = 0

    def on_packet(self, arrived_t: float, size_bytes: int) -> None:
        """One that came; a clock set back begins anew."""
        if self._came and arrived_t < self._came[0][0] - self._window_s:
            self._came.clear()
            self._bytes = 0
        self._came.append((arrived_t, size_bytes))
        self._bytes += size_bytes
        while self._came[0][0] < arrived_t - self._window_s:
            self._bytes -= self._came.popleft()[1]

    def bps(self) -> float:
        """Up to the newest arrival."""
        return 8 * self._bytes / self._window_s
