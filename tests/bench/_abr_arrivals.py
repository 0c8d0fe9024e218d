"""The gateway's own estimator, which sees arrivals and abs-send-time: driven directly, as in a call
its word travels to the sender (in a steer, or as REMB)."""

from __future__ import annotations

from artic_abr import ArrivalEstimator
from artic_abr.arrivals import SEND_CLOCK_HZ
from artic_abr.policy import CEILING_BPS, FLOOR_BPS
from artic_abr.report import Report

START_BPS = 600_000
"""What the gateway begins with (`articgw.config`)."""


class Arrivals:
    """The estimator sits at the receiver; its word travels with the report."""

    def __init__(self) -> None:
        self._estimator = ArrivalEstimator(
            START_BPS, floor_bps=FLOOR_BPS // 3, ceiling_bps=CEILING_BPS
        )
        self._bps = float(START_BPS)

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """It is not at the sender."""

    def on_report(self, report: Report, now: float) -> None:
        """The receiver's arrivals, in their order."""
        last_t = None
        for _, sent_t, arrived_t, size_bytes in report.packets:
            if arrived_t is None:
                self._estimator.on_lost(1, now=last_t or now)
                continue
            stamp = int(sent_t * SEND_CLOCK_HZ) & 0xFFFFFF
            self._estimator.on_packet(stamp, size_bytes, now=arrived_t)
            last_t = arrived_t
        if last_t is not None:
            self._bps = float(self._estimator.decide(now=last_t).bps)

    def allowed_bps(self, now: float) -> float:
        """The newest word."""
        return self._bps
