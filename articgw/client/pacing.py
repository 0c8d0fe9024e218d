"""When the camera's newest frame may be taken: when the link is free for it.

A frame that is encoded while another one still waits in the network is old when it arrives, and
makes the next one older. So none is taken

    while what was sent needs more than 20 ms to leave       by what the network is said to allow
    while reports on what was sent are overdue               (`artic_abr.pacing`), but for a small
                                                             one now and then, to see if it lives

and what is taken then is the newest. Nothing waits at the sender, so there is no backlog when a
link comes back. Where a gateway gives no reports, only the first rule holds.
"""

from __future__ import annotations

from artic_abr.pacing import FreshPacing
from artic_abr.report import Feedback, Report

MOST_QUEUE_S = 0.02
ALLOWED = 0.85
"""Share of what a link carries that is allowed (`artic_abr.arrivals.KEEP`)."""
REPORTS = Feedback(0.03, beat=False)
"""The gateway tells our client each 10 ms, and looks each 20."""
SLACK_S = 0.06
"""Busy machines: with it and the round trip, frames stop after about 200 ms without a report."""
MOST_SILENCE_S = 0.4
"""A small frame goes at least so often: what is lost in an outage tells nothing of its end, and a
person has waited long enough by then. Fifteen seconds of it are 45 kB, if they waited somewhere."""
POLL_S = 0.01
MOST_WAIT_S = 1.0
"""A frame that was larger than what is allowed is forgotten after so long."""


class LinkPacing:
    """One sender's."""

    def __init__(self) -> None:
        self.small = False
        """The frame that may go now goes to see whether the link lives: as small as can be."""
        self._fresh = FreshPacing(REPORTS, slack_s=SLACK_S)
        self._reported = False
        self._free_t = float("-inf")
        self._sent_t = float("-inf")

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""
        self._sent_t = now
        self._fresh.on_sent(sequence, size_bytes, now)

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""
        self._reported = True
        self._fresh.on_report(report, now)

    def on_frame(self, wire_bytes: int, network_bps: float | None, now: float) -> None:
        """A frame of so many bytes leaves; ``network_bps``: what the network allows, if known."""
        own_s = 0.0 if not network_bps else ALLOWED * 8 * wire_bytes / network_bps
        self._free_t = min(max(now, self._free_t) + own_s, now + MOST_WAIT_S)

    def wait_s(self, frame_bytes: float, network_bps: float | None, now: float) -> float:
        """How long to wait before asking again; 0: take the newest frame now."""
        self.small = False
        queue_s = self._free_t - now
        if MOST_QUEUE_S < queue_s <= MOST_WAIT_S:
            return queue_s - MOST_QUEUE_S
        if not self._reported or not network_bps:
            return 0.0
        room = self._fresh.room(frame_bytes, network_bps, now)
        late = not 0 <= now - self._sent_t < MOST_SILENCE_S
        self.small = room.small or (late and not room.send)
        return 0.0 if room.send or late else POLL_S
