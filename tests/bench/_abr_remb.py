"""aiortc's own estimator, as a stock gateway uses it: driven directly, told as REMB."""

from __future__ import annotations

from aiortc.rate import RemoteBitrateEstimator

from artic_abr.report import Report

START_BPS = 300_000
"""What libwebrtc begins with until somebody says otherwise."""
SSRC = 1
CLOCK_HZ = 1 << 18


class Remb:
    """The estimator sits at the receiver; its word travels with the report."""

    def __init__(self, start_bps: float = START_BPS, *, ceiling_bps: float = 4_000_000) -> None:
        self._estimator = RemoteBitrateEstimator()
        self._ceiling_bps = ceiling_bps
        self._bps = float(start_bps)

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """It is not at the sender."""

    def on_report(self, report: Report, now: float) -> None:
        """The receiver's arrivals, in their order."""
        add = self._estimator.add
        for _, sent_t, arrived_t, size_bytes in report.packets:
            if arrived_t is None:
                continue
            stamp = int(sent_t * CLOCK_HZ) & 0xFFFFFF
            told = add(int(1000 * arrived_t), stamp, size_bytes, SSRC)
            if told is not None:
                self._bps = min(float(told[0]), self._ceiling_bps)

    def allowed_bps(self, now: float) -> float:
        """The newest word."""
        return self._bps
