"""Arrival groups: packets that left together are one observation.

Source: draft-ietf-rmcat-gcc-02, section 5.2 (pre-filtering): what left within 5 ms is a group, and
the delay variation is between the last packets of two groups.
"""

from __future__ import annotations

from typing import NamedTuple

GROUP_S = 0.005


class Variation(NamedTuple):
    """Between two groups."""

    arrived_t: float
    delay_s: float
    """How much longer the second took than the first: d(i) = t(i) − t(i−1) − (T(i) − T(i−1))."""


class ArrivalGroups:
    """``on_packet`` gives the variation when a group is complete."""

    def __init__(self) -> None:
        self._first_sent_t = self._sent_t = self._arrived_t = float("nan")
        self._before: tuple[float, float] | None = None

    def on_packet(self, sent_t: float, arrived_t: float) -> Variation | None:
        """One that came; those that overtook are left out."""
        if sent_t < self._first_sent_t:
            return None
        if sent_t - self._first_sent_t <= GROUP_S:
            self._sent_t = max(self._sent_t, sent_t)
            self._arrived_t = max(self._arrived_t, arrived_t)
            return None
        variation = None
        if self._before is not None:
            before_sent_t, before_arrived_t = self._before
            longer_s = (self._arrived_t - before_arrived_t) - (self._sent_t - before_sent_t)
            variation = Variation(self._arrived_t, longer_s)
        if self._sent_t == self._sent_t:
            self._before = (self._sent_t, self._arrived_t)
        self._first_sent_t = self._sent_t = sent_t
        self._arrived_t = arrived_t
        return variation
