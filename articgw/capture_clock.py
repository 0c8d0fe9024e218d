"""When was this frame captured, on our clock?

The sender stamps frames with its own RTP time (RFC 3550 section 5.1), whose zero we do not know. Of
all frames the one with the least delay tells most about the offset between the clocks: capture time
= RTP time + the running minimum of (arrival − RTP time). So the age of a frame is what it lost
beyond the fastest frame so far; the constant part of the path (half a round trip) stays unseen.

The two clocks drift apart, by 100 ppm for poor crystals, so the minimum is let go upwards at twice
that: a sender whose clock runs slow would otherwise look ever later. And a sender's clock stands
still while its machine sleeps (CLOCK_MONOTONIC does): every later frame would look as old as the
sleep was long, and be refused as stale for the rest of the call.
"""

from __future__ import annotations

DRIFT_PER_S = 200e-6
SLEPT_S = 5.0
"""Two frames that came so much further apart than they are stamped: no queue holds one so long."""


class CaptureClock:
    """Maps the RTP time of each frame of one stream to a capture time."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._last_offset_s = 0.0
        self._last_arrival_t = 0.0

    def on_frame(self, rtp_s: float, *, now: float) -> float:
        """Capture time of the frame stamped ``rtp_s`` that arrives ``now``; never after ``now``."""
        offset_s = now - rtp_s
        if self._offset_s is None or offset_s - self._last_offset_s >= SLEPT_S:
            self._offset_s = offset_s
        else:
            let_go_s = DRIFT_PER_S * (now - self._last_arrival_t)
            self._offset_s = min(offset_s, self._offset_s + let_go_s)
        self._last_offset_s, self._last_arrival_t = offset_s, now
        return rtp_s + self._offset_s
