"""Everything that is decided about one received video stream, without a socket or a clock.

packets ──▶ FrameBuffer ──▶ whole frames, in order
   ├──────▶ NackSchedule ─────────┐
   └──────▶ ArrivalEstimator ──┐  ├──▶ Feedback(nacks, keyframe, remb_bps) ──▶ RTCP
                          cap ─┴──┘
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_abr import ArrivalEstimator, Estimate, EstimateWhy
from articgw.reception.frames import EncodedFrame, FrameBuffer
from articgw.reception.nacks import NackSchedule

KEYFRAME_RETRY_S = 0.4
"""Between requests: libwebrtc makes at most one key frame each 300 ms."""
REMB_EVERY_S = 1.0
"""libwebrtc lets a REMB count until the next; once a second mends a lost one."""
REMB_UP_EVERY_S = 0.2
START_WAIT_S = 0.3
"""The first packets tell more of the link than our guess, which the answer named already; senders
that did not read it there are told by then."""
REMB_LOOK_S = 0.02
"""A packet each 4 ms need not be asked about each time."""
REMB_STEP = 0.03
RATE_FLOOR_BPS = 50_000
HEADROOM = 4
"""libwebrtc paces at 2.5 times what the network allows, not what it sends: a 25 kB frame of a call
that is capped at 2.5 Mb/s leaves 20 ms sooner on a link that is known to carry 10."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the sender is to be told now."""

    nacks: tuple[int, ...] = ()
    keyframe: bool = False
    remb_bps: int | None = None


class Reception:
    """One video stream of one call."""

    def __init__(self, start_bps: int, max_bps: int) -> None:
        self.frames = FrameBuffer()
        self.nacks = NackSchedule()
        self.cap_bps = max_bps
        """The ceiling that any sender is told."""
        self.least_bps = 0
        """Never less than that."""
        self.sender_estimates = False
        """The sender is told of each packet (`articgw.transport_cc`) and works out itself what the
        network allows: REMB is the cap then, and nothing less."""
        self.keyframe_requests = 0
        self._estimator = ArrivalEstimator(
            start_bps, floor_bps=min(RATE_FLOOR_BPS, start_bps), ceiling_bps=HEADROOM * max_bps
        )
        self._keyframe_wanted = False
        self._keyframe_t = -KEYFRAME_RETRY_S
        self._remb_bps: int | None = None
        self._remb_t = 0.0
        self._remb_looked_t = float("-inf")
        self._first_t: float | None = None

    def on_arrival(self, abs_send_time: int | None, size_bytes: int, *, now: float) -> None:
        """Any packet of the stream, repeats and padding too; ``size_bytes`` on the wire."""
        if self._first_t is None:
            self._first_t = now
        self._estimator.on_packet(abs_send_time, size_bytes, now=now)

    def on_media(
        self,
        sequence_number: int,
        timestamp: int,
        data: bytes,
        *,
        marker: bool,
        key_start: bool,
        now: float,
    ) -> list[EncodedFrame]:
        """A packet of the stream itself, in whatever order; returns the frames that are whole."""
        lost_before, given_up_before = self.nacks.lost, self.nacks.given_up
        self.nacks.on_packet(sequence_number, now=now)
        if self.nacks.given_up > given_up_before:
            self.want_keyframe()
        self._estimator.on_lost(self.nacks.lost - lost_before, now=now)
        whole = self.frames.on_packet(
            sequence_number, timestamp, data, marker=marker, key_start=key_start, now=now
        )
        next_number = self.frames.next_sequence_number()
        if whole and next_number is not None:
            self.nacks.forget_before(next_number)
        return whole

    def want_keyframe(self) -> None:
        """The decoder, or somebody else, cannot go on without one."""
        self._keyframe_wanted = True

    def estimate(self, *, now: float) -> Estimate:
        """What the network allows."""
        return self._estimator.decide(now=now)

    @property
    def waits(self) -> bool:
        """Feedback may be due before the next packet comes."""
        return self.nacks.waits or self._keyframe_wanted

    def feedback(self, *, now: float) -> Feedback:
        """What is due; call it every few packets or 20 ms. What it returns counts as sent."""
        if self._first_t is None:
            return Feedback()
        return Feedback(
            nacks=tuple(self.nacks.due(now=now)),
            keyframe=self._keyframe_due(now),
            remb_bps=self._remb_due(now, heard_s=now - self._first_t),
        )

    def _keyframe_due(self, now: float) -> bool:
        wanted = self._keyframe_wanted or self.frames.needs_keyframe(now=now)
        if not wanted or now - self._keyframe_t < KEYFRAME_RETRY_S:
            return False
        self._keyframe_wanted = False
        self._keyframe_t = now
        self.keyframe_requests += 1
        return True

    def _remb_due(self, now: float, *, heard_s: float) -> int | None:
        if now - self._remb_looked_t < REMB_LOOK_S:
            return None
        self._remb_looked_t = now
        estimate = self.estimate(now=now)
        if self.sender_estimates:
            bps = self.cap_bps
        elif estimate.why is EstimateWhy.START and heard_s < START_WAIT_S:
            return None
        else:
            bps = max(min(self.cap_bps, estimate.bps), self.least_bps)
        since_s = now - self._remb_t
        last = self._remb_bps
        lower = last is not None and bps < last * (1 - REMB_STEP)
        higher = last is not None and bps > last * (1 + REMB_STEP) and since_s >= REMB_UP_EVERY_S
        if not (last is None or lower or higher or since_s >= REMB_EVERY_S):
            return None
        self._remb_bps, self._remb_t = bps, now
        return bps
