"""Overuse detector: a rising delay that lasts, against a threshold that adapts.

Source: draft-ietf-rmcat-gcc-02, sections 5.4 and 5.6, in libwebrtc's scale: the slope times the
number of groups (at most 60) times a gain of 4, against γ, which begins at 12.5 ms, stays within 6
and 600, grows by k_u and shrinks by k_d, and ignores what is more than 15 ms beyond it.
"""

from __future__ import annotations

from enum import StrEnum

GAIN = 4.0
GROUPS = 60
THRESHOLD_MS = 12.5
LEAST_MS, MOST_MS = 6.0, 600.0
UP, DOWN = 0.0087, 0.039
FAR_MS = 15.0
LASTS_S = 0.010


class Usage(StrEnum):
    """Of the link, by us and by others."""

    NORMAL = "normal"
    UNDER = "under"
    OVER = "over"


class OveruseDetector:
    """``on_slope`` after each group."""

    def __init__(self) -> None:
        self.usage = Usage.NORMAL
        self.threshold_ms = THRESHOLD_MS
        self._t: float | None = None
        self._over_s = 0.0
        self._slope = 0.0

    def on_slope(self, slope: float, groups: int, arrived_t: float) -> Usage:
        """The trendline's newest word."""
        elapsed_s = 0.0 if self._t is None else min(max(arrived_t - self._t, 0.0), 0.1)
        self._t = arrived_t
        modified_ms = min(groups, GROUPS) * slope * GAIN
        if modified_ms > self.threshold_ms:
            self._over_s += elapsed_s
            if self._over_s > LASTS_S and slope >= self._slope:
                self.usage = Usage.OVER
        else:
            self._over_s = 0.0
            under = modified_ms < -self.threshold_ms
            self.usage = Usage.UNDER if under else Usage.NORMAL
        self._slope = slope
        self._adapt(abs(modified_ms), elapsed_s)
        return self.usage

    def _adapt(self, modified_ms: float, elapsed_s: float) -> None:
        beyond_ms = modified_ms - self.threshold_ms
        if beyond_ms > FAR_MS:
            return
        rate = DOWN if beyond_ms < 0 else UP
        moved_ms = self.threshold_ms + rate * beyond_ms * 1000 * elapsed_s
        self.threshold_ms = min(max(moved_ms, LEAST_MS), MOST_MS)
