"""Rate control: from what was seen to what is allowed.

    queue stands or delay rises   r ← min(r, β·c)·(1 − drained share)        QUEUE
    trains carried c < r/η        r ← η·c                                    TRAIN
    trains carried more           r grows, at most 32-fold a second, to η·c  GROWTH
    no trains, all used, no queue r grows: 2 a second, after a queue 1.08    GROWTH
    otherwise                     r stays                                    HOLD
    much was lost                 r ← r·(1 − p/2)                            LOSS

β = 0.85 and 8 % a second are of draft-ietf-rmcat-gcc-02, section 5.5. η leaves a little, so that a
queue that jitter made can drain.
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_abr.congestion.overuse import Usage
from artic_abr.estimate import EstimateWhy

KEEP = 0.85
USE = 0.88
STANDING_S = 0.03
DRAIN_WITHIN_S = 0.4
LEAST_SHARE = 0.4
TRAIN_GROWTH_PER_S = 32.0
FAST_GROWTH_PER_S = 2.0
GROWTH_PER_S = 1.08


@dataclass(frozen=True, slots=True)
class Seen:
    """By one report."""

    capacity_bps: float | None
    """Of the trains."""
    acknowledged_bps: float
    queue_s: float
    """What even the luckiest packet waited."""
    usage: Usage
    limited: bool
    loss_factor: float


class RateControl:
    """``on_seen`` with each report."""

    def __init__(self, start_bps: float, floor_bps: float, ceiling_bps: float) -> None:
        self.bps = float(start_bps)
        self.why = EstimateWhy.START
        self._floor_bps, self._ceiling_bps = floor_bps, ceiling_bps
        self._t: float | None = None
        self._queued = False

    def on_seen(self, seen: Seen, now: float) -> None:
        """`bps` and `why` are new after it."""
        elapsed_s = 0.0 if self._t is None else min(max(now - self._t, 0.0), 0.2)
        self._t = now
        over = seen.usage is Usage.OVER and seen.queue_s > STANDING_S / 2
        if seen.queue_s > STANDING_S or over:
            self._queued = True
            self._drain(seen)
        elif seen.capacity_bps is not None:
            self._follow(USE * seen.capacity_bps, elapsed_s)
        elif not seen.limited:
            per_s = GROWTH_PER_S if self._queued else FAST_GROWTH_PER_S
            self.bps, self.why = self.bps * per_s**elapsed_s, EstimateWhy.GROWTH
        else:
            self.why = EstimateWhy.HOLD
        if seen.loss_factor < 1.0:
            self.bps, self.why = self.bps * seen.loss_factor, EstimateWhy.LOSS
        self.bps = min(max(self.bps, self._floor_bps), self._ceiling_bps)

    def _drain(self, seen: Seen) -> None:
        carried_bps = max(seen.acknowledged_bps, seen.capacity_bps or 0.0)
        beyond_s = max(0.0, seen.queue_s - STANDING_S)
        share = max(LEAST_SHARE, 1.0 - beyond_s / DRAIN_WITHIN_S)
        allowed_bps = KEEP * carried_bps * share
        if allowed_bps < self.bps:
            self.bps, self.why = allowed_bps, EstimateWhy.QUEUE
        else:
            self.why = EstimateWhy.HOLD

    def _follow(self, target_bps: float, elapsed_s: float) -> None:
        if target_bps <= self.bps:
            self.bps, self.why = target_bps, EstimateWhy.TRAIN
            return
        grown_bps = self.bps * TRAIN_GROWTH_PER_S**elapsed_s
        self.bps, self.why = min(target_bps, grown_bps), EstimateWhy.GROWTH
