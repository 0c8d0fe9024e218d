"""When the newest frame may go: at once, unless what was sent before is stuck.

    the oldest packet in flight is not yet due in a report      ─▶ go
    it is overdue: the link is slow, or gone                    ─▶ the newest frame, now and then

What waits in the network when a link comes back stands before the fresh frame, so little may wait
there; but one frame has to, or the link's return is noticed a round trip late. While nothing comes
back, the spacing of frames grows in proportion to the silence: after ten seconds half a dozen small
ones wait, and one of them is never much older than the silence itself. What was not sent is never
sent later: the next capture takes its place.

After Salsify (Fouladi et al., NSDI 2018: size and send each frame by what the network takes now),
SCReAM (RFC 8298: self-clocking, frames are skipped) and RFC 8836, requirement 10 (missing feedback
reduces the rate).
"""

from __future__ import annotations

from collections import deque
from math import ceil

from artic_abr.policy import Room
from artic_abr.report import BEAT, PROMPT, Feedback, Report

SLACK_S = 0.006
"""A packet may wait a little without being stuck: jitter, and a scheduler's turn."""
FLOOR_BASE_S = 0.02
BASE_WINDOW_S = 20.0
SPACING = 0.5
"""Of the silence: the pause before the next frame. Small: fresh when the link comes back, but a
slow link is kept full. Chosen on links that are not scored (abr/README.md)."""
SILENT_S = 0.2
"""Without feedback for so long, no more than a frame per interval (RFC 8836, 10)."""
FRAMES = 2


class Always:
    """Every frame goes: browsers do that."""

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """Not counted."""

    def on_report(self, report: Report, now: float) -> None:
        """Not heard."""

    def room(self, frame_bytes: float, allowed_bps: float, now: float) -> Room:
        """Yes."""
        return Room(True, "always")


class _InFlight:
    """What was sent, and neither came nor is known as lost."""

    def __init__(self) -> None:
        self.bytes = 0
        self._packets: deque[tuple[int, float, int]] = deque()

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        self._packets.append((sequence, now, size_bytes))
        self.bytes += size_bytes

    def on_report(self, report: Report) -> float | None:
        """When the newest packet reported on was sent."""
        if not report.packets:
            return None
        newest = max(packet.sequence for packet in report.packets)
        sent_t = None
        while self._packets and self._packets[0][0] <= newest:
            _, sent_t, size_bytes = self._packets.popleft()
            self.bytes -= size_bytes
        return sent_t

    @property
    def oldest_t(self) -> float | None:
        return self._packets[0][1] if self._packets else None

    @property
    def newest_t(self) -> float | None:
        return self._packets[-1][1] if self._packets else None


class SelfClock:
    """Skips while more than the allowed rate's round trip is in flight: a plain reference."""

    def __init__(self, round_trip_s: float) -> None:
        self._flight = _InFlight()
        self._covers_s = round_trip_s + 2 * BEAT.within_s
        self.on_sent = self._flight.on_sent

    def on_report(self, report: Report, now: float) -> None:
        """Acknowledges."""
        self._flight.on_report(report)

    def room(self, frame_bytes: float, allowed_bps: float, now: float) -> Room:
        """At least two frames may be on their way."""
        most_bytes = max(FRAMES * frame_bytes, allowed_bps / 8 * self._covers_s)
        free = self._flight.bytes <= most_bytes
        return Room(free, "free" if free else "window")


class FreshPacing:
    """Newest frame first."""

    def __init__(
        self,
        feedback: Feedback = PROMPT,
        *,
        spacing: float = SPACING,
        slack_s: float = SLACK_S,
    ) -> None:
        self._flight = _InFlight()
        self._feedback = feedback
        self._spacing, self._slack_s = spacing, slack_s
        self._bases: deque[tuple[int, float]] = deque()
        self._base_s = SILENT_S
        self._heard_t: float | None = None
        self.on_sent = self._flight.on_sent

    def on_report(self, report: Report, now: float) -> None:
        """Acknowledges, and learns how soon that can happen."""
        sent_t = self._flight.on_report(report)
        if sent_t is None:
            return
        self._heard_t = now
        age_s = now - sent_t
        if age_s < 0:
            self._bases.clear()
            self._base_s = SILENT_S
            return
        second = int(now)
        if self._bases and self._bases[-1][0] == second:
            if age_s >= self._bases[-1][1]:
                return
            self._bases.pop()
        while self._bases and not now - BASE_WINDOW_S <= self._bases[0][0] <= second:
            self._bases.popleft()
        self._bases.append((second, age_s))
        self._base_s = max(FLOOR_BASE_S, min(least_s for _, least_s in self._bases))

    def room(self, frame_bytes: float, allowed_bps: float, now: float) -> Room:
        """For a frame of that size."""
        oldest_t, newest_t = self._flight.oldest_t, self._flight.newest_t
        if oldest_t is None or newest_t is None or now < oldest_t:
            return Room(True, "free")
        silent_s = now - oldest_t
        if now <= self._due_t(oldest_t, 8 * frame_bytes / allowed_bps) + self._slack_s:
            return Room(True, "free")
        if now - newest_t >= self._spacing * silent_s:
            return Room(True, "probe", small=True)
        return Room(False, "stuck")

    def _due_t(self, sent_t: float, own_s: float) -> float:
        """When the report should be here that tells of it."""
        arrives_t = sent_t + self._base_s + own_s
        within_s, beat = self._feedback
        if not beat or self._heard_t is None or not 0 <= arrives_t - self._heard_t < SILENT_S:
            return arrives_t + within_s
        return self._heard_t + ceil((arrives_t - self._heard_t) / within_s) * within_s
