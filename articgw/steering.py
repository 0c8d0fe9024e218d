"""What the sender of one call is told: the one place where the cores meet.

    peer.estimate ─▶ look need ──┐
    typing, ask ─▶ attention ────┼─▶ allocator ─▶ Steer ─▶ peer.send    who obeys
    regions of the question ─────┘                  └────▶ peer.limit   whoever sends: REMB

A sender that obeys is not held down by REMB: while it idles, or in an outage, its own congestion
control would forget the link, and grow by 8 % a second when it is wanted again; and it paces its
packets by REMB.
"""

from __future__ import annotations

from math import isfinite

from artic_abr import Estimate, EstimateWhy, Need, NeedWhy, Readability
from artic_abr.need import THRESHOLD
from artic_abr.stall import Stall
from artic_codecs import Allocator, Attention, Box, Region, Steer
from artic_codecs.allocator import SPARING
from artic_codecs.steer import SteerWhy
from articgw import protocol
from articgw.config import Config
from articgw.look_need import LookNeed
from articgw.peer import Peer
from articgw.reception.reception import HEADROOM
from articgw.stills import StillChoice, weigh
from articgw.trace import Trace
from articgw.vitals import Vitals

TICK_S = 0.1
GUESS_S = 3.0
"""By then media has arrived, and with it an estimate that is more than the start rate; until it
has, no steer is sent, and the sender keeps the start that it chose for a link it does not know."""
OVER = 1.3
OVER_S = 3.0
"""Who sends so much more than it ever may, for so long, does not obey, whatever it said. Not
sooner: Chromium's VP8 spends thrice its rate for the second after idling."""
REGION_BITS = 60_000
"""What makes a small text readable that no frame before has shown well (measured: 7 kB)."""
LEAST_SETTLE_S, MOST_SETTLE_S = 0.1, 1.3
"""A steer has to get there; and the person waits for an answer."""
MOVED = 0.05
"""A rate that moves by a larger share is written down."""
REPEAT_S = 4.0
"""A steer lasts ten seconds; one lost repeat must not end it."""


class Steering:
    """``tick`` decides and tells; everything else is told to it."""

    def __init__(self, peer: Peer, config: Config, trace: Trace, *, now: float) -> None:
        self.can: frozenset[str] = frozenset()
        """What the client said that it obeys."""
        self.regions: tuple[Region, ...] = ()
        """What the open question is about, as it lies in the newest frame."""
        self._salient: tuple[Region, ...] = ()
        self._peer = peer
        self._config = config
        self._trace = trace
        self._attention = Attention(now=now)
        self._look_need = LookNeed()
        self._allocator = Allocator()
        self._estimate: Estimate | None = None
        self._need = self._noted = Need(0, NeedWhy.START)
        self._steer: Steer | None = None
        self._stall = Stall()
        self._sent: tuple[int, float] = (0, now)
        self._within_t = now
        self._began_t = now
        self._readability: float | None = None
        self._unread = False
        self._look_bps: int | None = None
        """The cap that the open question's look was taken at, where less is sent since."""
        self._second_t = now
        self._received_before = 0
        self._fps = 0.0

    @property
    def sends_fresh(self) -> bool:
        """The sender sends a fresh frame with every question (docs/protocol.md, rule 6)."""
        return "fps" in self.can

    @property
    def aims(self) -> bool:
        """Would the sender treat a region otherwise than the rest, on this link?"""
        return self._allocator.treats(need_bps=self._need.bps, can=self._can_treat)

    @property
    def spares(self) -> bool:
        """Would the sender send less on this good link, once the place of a question is known?"""
        return not self.aims and self._can_treat >= SPARING

    @property
    def glances(self) -> bool:
        """Is the scene sent small, no place in it known, so that what stands out helps?"""
        small = self._steer is not None and self._steer.size_px is not None
        return small and not self.regions and "regions-qp" in self._can_treat

    @property
    def settles_s(self) -> float:
        """How long a treated region takes to become readable, at the bits that it gets."""
        return min(MOST_SETTLE_S, LEAST_SETTLE_S + REGION_BITS / max(1, self._need.bps))

    def asked(self, *, now: float) -> bool:
        """A question is open or expected: what arrives now is as good as it gets."""
        return self._attention.asked(now=now) or not self._may_idle

    def expects(self, *, now: float) -> bool:
        """A question is likely: see `artic_codecs.Attention`."""
        return self._attention.expects(now=now)

    def attends(self, *, now: float) -> bool:
        """Somebody asks, or did a moment ago, or may at once: see `artic_codecs.Attention`."""
        return self._attention.asked(now=now)

    def types(self, *, now: float) -> bool:
        """A question is being written."""
        return self._attention.types(now=now)

    def on_typing(self, *, now: float) -> None:
        """A question is being written."""
        self._attention.on_typing(now=now)
        if not self._attention.is_open:
            self._look_need.on_turn(now=now)
        self.tick(now=now)

    def on_question(self, *, now: float) -> None:
        """A question is open."""
        self._attention.on_question()
        self._unread = False
        self._look_bps = None
        self._forget()
        self._look_need.on_turn(now=now)
        self._look_need.on_open(now=now)
        self.tick(now=now)

    def on_aim(self, regions: tuple[Region, ...], *, now: float) -> None:
        """The regions of the open question are known, or have moved."""
        if self._look_bps is None and self.spares and self._steer is not None:
            self._look_bps = self._steer.cap_bps
        self.regions = regions
        self.tick(now=now)

    def on_salient(self, regions: tuple[Region, ...]) -> None:
        """What stands out in the newest frame; the next tick tells of it, where it matters."""
        self._salient = regions

    def on_unread(self, readability: float, *, now: float) -> None:
        """An answer's evidence is not followed: it could hardly be read, so it may be anything."""
        self._trace.write("codecs", "evidence", now=now, why="unread", readability=readability)

    def on_end(self, *, now: float) -> None:
        """A question has ended."""
        self._attention.on_end(now=now)
        if not self._attention.is_open:
            self._forget()
            self._look_need.on_closed(now=now)

    def on_readability(self, readability: Readability, *, now: float) -> None:
        """How well the last look could be read."""
        self._readability = readability.value
        self._unread = _is_unread(readability)
        at_bps = self._look_bps or (self._steer.cap_bps if self._steer else self._config.start_bps)
        self._look_need.on_readability(readability, at_bps=at_bps, now=now)

    def weigh_still(
        self, readability: Readability, region: Box, size_px: tuple[int, int], *, now: float
    ) -> StillChoice | None:
        """A look could not be read: a still of ``region``, or more rate? None: neither is a matter.

        Nothing is raised by it; `on_readability` does that.
        """
        matters = "still" in self.can and _is_unread(readability)
        if not matters or self._estimate is None or self._steer is None:
            return None
        cap_bps = self._look_bps or self._steer.cap_bps
        wanted_bps = self._look_need.after(readability, at_bps=cap_bps, now=now).bps
        x0, y0, x1, y1 = region
        choice = weigh(
            round((x1 - x0) * (y1 - y0) * size_px[0] * size_px[1]),
            cap_bps=cap_bps,
            raised_bps=min(wanted_bps, self._config.max_bps),
            estimate_bps=self._estimate.bps,
            settles_s=self.settles_s,
        )
        self._trace.write(
            *("abr", "still"),
            now=now,
            why=choice.why,
            asked=choice.still,
            still_bytes=choice.bytes,
            still_s=round(choice.still_s, 3),
            raise_s=round(choice.raise_s, 3) if isfinite(choice.raise_s) else None,
        )
        return choice

    def on_still(self, value: float | None) -> None:
        """A still was read better, with that readability: the stream stays as it is."""
        self._readability = value

    def tick(self, *, now: float) -> None:
        """Decide, and tell who must know. Each `TICK_S`, and at once when something happens."""
        estimate = self._peer.estimate(now=now)
        self._stall.on_link(
            silent_s=estimate.silent_s, queue_ms=estimate.queue_ms, fps=self._fps, now=now
        )
        known = estimate.why is not EstimateWhy.START or now - self._began_t > GUESS_S
        need = self._look_need.need(min(estimate.bps, self._config.max_bps), now=now)
        asked, newest = self.asked(now=now), self._peer.slot.newest
        steer = self._allocator.decide(
            need_bps=need.bps,
            asked=asked,
            regions=self.regions,
            now=now,
            can=self._can_treat,
            question_open=self._attention.is_open,
            salient=self._salient,
            camera_px=None if newest is None else newest.size_px,
            stalled=self.sends_fresh and self._stall.is_on,
            unread=self._unread,
        )
        self._note(estimate, need, steer, now)
        self._estimate, self._need, self._steer = estimate, need, steer
        if estimate.received_bps < OVER * self._config.max_bps:
            self._within_t = now
        obeys = "cap" in self.can and now - self._within_t < OVER_S
        seq, sent_t = self._sent
        self._peer.limit(
            HEADROOM * self._config.max_bps if obeys else need.bps,
            least_bps=self._config.start_bps if obeys and seq else 0,
        )
        if known and self.can & _STEERABLE and (steer.seq != seq or now - sent_t >= REPEAT_S):
            self._sent = (steer.seq, now)
            self._peer.send(_message(steer, need.why, now))
        if now - self._second_t >= 1.0:
            self._on_second(now)

    def vitals(self, *, now: float) -> Vitals:
        """How the call does."""
        estimate = self._estimate or Estimate(0, EstimateWhy.START, received_bps=0, queue_ms=0.0)
        arrived_t = self._peer.slot.arrived_t
        return Vitals(
            received_bps=estimate.received_bps,
            estimate_bps=estimate.bps,
            need_bps=self._need.bps,
            cap_bps=self._steer.cap_bps if self._steer else 0,
            fps=self._fps,
            frame_age_ms=None if arrived_t is None else round(1000 * (now - arrived_t), 1),
            queue_ms=estimate.queue_ms,
            readability=self._readability,
            asked=self.asked(now=now),
            keyframe_requests=self._peer.keyframe_requests,
        )

    @property
    def _can_treat(self) -> frozenset[str]:
        return self.can if self._config.aim else frozenset()

    def _forget(self) -> None:
        """On a good link nothing is aimed at before its question's look."""
        if not self.aims:
            self.regions = ()

    @property
    def _may_idle(self) -> bool:
        return self._config.idle and self.sends_fresh

    def _on_second(self, now: float) -> None:
        received = self._peer.slot.received
        self._fps = round((received - self._received_before) / (now - self._second_t), 1)
        self._received_before, self._second_t = received, now
        vitals = self.vitals(now=now)
        shown = {name: getattr(vitals, name) for name in _SHOWN}
        self._trace.write("link", "second", now=now, frames=received, **shown)
        if "status" in self.can:
            self._peer.send(protocol.Status(**shown))

    def _note(self, estimate: Estimate, need: Need, steer: Steer, now: float) -> None:
        last = self._estimate
        moved = last is None or abs(estimate.bps - last.bps) > MOVED * last.bps
        if moved or (last is not None and last.why is not estimate.why):
            self._trace.write(
                "abr",
                "estimate",
                now=now,
                why=estimate.why,
                estimate_bps=estimate.bps,
                received_bps=estimate.received_bps,
                queue_ms=estimate.queue_ms,
            )
        if need.why is not self._noted.why or abs(need.bps - self._noted.bps) > MOVED * need.bps:
            self._noted = need
            need_db = round(self._look_need.need_db(now=now), 1)
            self._trace.write(
                "abr", "need", now=now, why=need.why, need_bps=need.bps, need_db=need_db
            )
        if self._steer is None or steer.seq != self._steer.seq:
            self._trace.write(
                "codecs",
                "steer",
                now=now,
                why=steer.why,
                seq=steer.seq,
                cap_bps=steer.cap_bps,
                fps=steer.fps,
                size_px=steer.size_px,
                size_why=steer.size_why,
                how=steer.how,
                ttl_s=steer.ttl_s,
                regions=[region.box for region in steer.regions],
            )


_STEERABLE = frozenset(protocol.CAN) - {"status", "still", "objects"}
_SHOWN = (
    *("received_bps", "estimate_bps", "cap_bps", "fps"),
    *("frame_age_ms", "queue_ms", "readability", "asked"),
)


def _is_unread(readability: Readability) -> bool:
    return readability.value is not None and readability.value < THRESHOLD


def _message(steer: Steer, cap_why: NeedWhy, now: float) -> protocol.Steer:
    return protocol.Steer(
        seq=steer.seq,
        cap_bps=steer.cap_bps,
        fps=steer.fps,
        size_px=steer.size_px,
        pause=steer.pause,
        how=steer.how.value,
        regions=tuple(
            protocol.SteerRegion(
                box=region.box,
                priority=region.priority,
                ttl_s=round(region.expires_t - now, 3),
            )
            for region in steer.regions
            if region.expires_t > now
        ),
        ttl_s=steer.ttl_s,
        why=steer.why,
        cap_why="idle" if steer.why is SteerWhy.IDLE else cap_why,
    )
