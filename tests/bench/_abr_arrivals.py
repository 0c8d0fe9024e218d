"""What a gateway knows of a sender by arrivals and abs-send-time: the estimate, and whether the
link has stopped. As in a call, both travel to the sender (in a steer, or as REMB)."""

from __future__ import annotations

from artic_abr import ArrivalEstimator, Estimate
from artic_abr.arrivals import SEND_CLOCK_HZ, STANDING_WINDOW_S
from artic_abr.policy import CEILING_BPS, FLOOR_BPS, Room
from artic_abr.report import Report
from artic_abr.stall import Stall
from artic_codecs.allocator import STALLED_FPS
from articgw.steering import TICK_S

START_BPS = 600_000
"""What the gateway begins with (`articgw.config`)."""
WAY_BACK_S = 0.025


class Arrivals:
    """The estimator sits at the receiver; its word travels with the report."""

    def __init__(self) -> None:
        self._estimator = ArrivalEstimator(
            START_BPS, floor_bps=FLOOR_BPS // 3, ceiling_bps=CEILING_BPS
        )
        self.newest: tuple[Estimate, float] | None = None
        """And when the packet came after which it was made."""

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
            self.newest = self._estimator.decide(now=last_t), last_t

    def allowed_bps(self, now: float) -> float:
        """The newest word."""
        return float(START_BPS if self.newest is None else self.newest[0].bps)


class Told:
    """A sender that is told to send seldom while the link has stopped (`artic_abr.stall`).

    It captures evenly, so what comes in a second is what it captures.
    """

    def __init__(self, arrivals: Arrivals, fps: float) -> None:
        self._arrivals, self._fps = arrivals, fps
        self._stall, self._sent_t = Stall(), 0.0

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""
        self._sent_t = now

    def on_report(self, report: Report, now: float) -> None:
        """The estimator hears it."""

    def room(self, frame_bytes: float, allowed_bps: float, now: float) -> Room:
        """What is known is as old as the way back, and half a tick."""
        if self._arrivals.newest is None:
            return Room(True, "start")
        estimate, came_t = self._arrivals.newest
        known_t = now - WAY_BACK_S - TICK_S / 2
        silent_s = max(0.0, known_t - came_t)
        queue_ms = estimate.queue_ms if silent_s < STANDING_WINDOW_S else 0.0
        self._stall.on_link(silent_s=silent_s, queue_ms=queue_ms, fps=self._fps, now=known_t)
        pause_s = 1 / STALLED_FPS if self._stall.is_on else 0.0
        return Room(now - self._sent_t >= pause_s, "stalled" if self._stall.is_on else "flows")
