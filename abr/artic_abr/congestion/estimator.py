"""The estimator: one sender's link, told by transport-wide reports.

It only puts the parts together; each part is a file. Clocks may be set: what is not finite or older
than what is known is left out, and the estimate stays between floor and ceiling whatever comes.
"""

from __future__ import annotations

from math import isfinite

from artic_abr.congestion.acknowledged import AcknowledgedRate
from artic_abr.congestion.groups import ArrivalGroups
from artic_abr.congestion.jitter import Jitter
from artic_abr.congestion.limited import LimitedDetector
from artic_abr.congestion.loss import Loss
from artic_abr.congestion.overuse import OveruseDetector
from artic_abr.congestion.queueing import QueueingDelay
from artic_abr.congestion.rate import RateControl, Seen
from artic_abr.congestion.trains import Trains
from artic_abr.congestion.trendline import Trendline
from artic_abr.estimate import Estimate
from artic_abr.report import Report

START_BPS = 600_000
TAKEN = 1.5
"""Times the jitter: so much of a wait is no queue."""


class TransportEstimator:
    """``on_sent`` and ``on_report`` tell it; ``estimate`` answers.

    Raises ``ValueError`` for limits that make no sense.
    """

    def __init__(
        self,
        start_bps: float = START_BPS,
        *,
        floor_bps: float = 50_000,
        ceiling_bps: float = 10_000_000,
    ) -> None:
        if not 0 < floor_bps <= start_bps <= ceiling_bps:
            raise ValueError(f"0 < {floor_bps} <= {start_bps} <= {ceiling_bps} does not hold")
        self._rate = RateControl(start_bps, floor_bps, ceiling_bps)
        self._begin()

    def _begin(self) -> None:
        self._queueing = QueueingDelay()
        self._jitter = Jitter()
        self._trains = Trains()
        self._groups = ArrivalGroups()
        self._trendline = Trendline()
        self._overuse = OveruseDetector()
        self._acknowledged = AcknowledgedRate()
        self._loss = Loss()
        self._limited = LimitedDetector()
        self._queue_s = 0.0

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""
        self._limited.on_sent(size_bytes, now)

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""
        came = 0
        standing_s = float("inf")
        arrived_t = 0.0
        for _, sent_t, at_t, size_bytes in report.packets:
            if at_t is None or not isfinite(at_t - sent_t):
                continue
            came, arrived_t = came + 1, at_t
            standing_s = min(standing_s, self._on_arrival(sent_t, at_t, size_bytes))
        if not came:
            return
        self._jitter.on_wait(standing_s, arrived_t)
        jitter_s = self._trains.jitter_s = TAKEN * self._jitter.s
        standing_s = self._queue_s = max(0.0, standing_s - jitter_s)
        allowed_bps = self._rate.bps
        factor = self._loss.on_packets(came, len(report.packets) - came, now)
        seen = Seen(
            self._trains.capacity_bps(arrived_t),
            self._acknowledged.bps(),
            standing_s,
            self._overuse.usage,
            self._limited.is_limited(allowed_bps),
            factor,
        )
        self._rate.on_seen(seen, now)

    def allowed_bps(self, now: float) -> float:
        """The ceiling on everything."""
        return self._rate.bps

    def estimate(self, now: float) -> Estimate:
        """The same with its reason."""
        received_bps = int(self._acknowledged.bps())
        queue_ms = round(1000 * self._queue_s, 1)
        return Estimate(int(self._rate.bps), self._rate.why, received_bps, queue_ms)

    def _on_arrival(self, sent_t: float, arrived_t: float, size_bytes: int) -> float:
        waited_s = self._queueing.on_packet(sent_t, arrived_t)
        if self._queueing.jumped:
            self._begin()
            waited_s = self._queueing.on_packet(sent_t, arrived_t)
        self._acknowledged.on_packet(arrived_t, size_bytes)
        self._trains.on_packet(sent_t, arrived_t, size_bytes, self._queueing.base_s)
        variation = self._groups.on_packet(sent_t, arrived_t)
        if variation is not None:
            self._trendline.on_variation(*variation)
            self._overuse.on_slope(self._trendline.slope, self._trendline.count, arrived_t)
        return waited_s
