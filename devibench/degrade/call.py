"""A call over a simulated link with real pictures: captured, coded, sent, received, decoded.

    film ─▶ Sender.wish ─▶ Coder ─▶ packets ─▶ Link ─▶ whole frames, in order ─▶ decoder ─▶ Viewer
               ▲  ▲                              │ lost: sent again a round trip later
               │  └────── reports ◀──────────────┘
               └───────── regions, readability ◀──────────────────────────────────────── Viewer

Time is simulated. Before the film the call runs for a while with frames of the wished size but
without pictures, so that estimates are what they are in a call. A due frame that is not sent, or
never comes, is answered for by the next one that does (Artic's definition of latency). A sender
that waits is due one frame in each interval of its own frame rate, the newest, as when it sends:
the camera's others are none of its frames.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from artic_abr.report import Packet, Report
from artic_abr.simulation import Link
from artic_codecs.regions import Region
from devibench.degrade.coder import OVERHEAD_BYTES, Coder, Order, wire_packets
from devibench.degrade.sender import Sender
from devibench.samples import Film, Pixels

BACK_S = 0.025
"""A report's way; so is a steer's."""
GIVE_UP_S = 0.4
"""A gap that lasts longer is mended by a keyframe (`articgw.reception`)."""
NEVER = 1_000_000
"""Packets that a frame still lacks which builds on one that was given up."""
AFTER_S = 3.0
"""So long a call goes on after the look, for its last frames to have an end."""


class Viewer(Protocol):
    """Who looks at what comes; its times are the call's."""

    def on_picture(self, frame: av.VideoFrame, captured_s: float, arrived_s: float) -> None:
        """A picture is there."""

    def work(self, now: float) -> None:
        """What takes time may be done by now."""

    def regions(self, now: float) -> tuple[Region, ...]:
        """What the sender was told by then."""

    def readings(self, now: float) -> list[float]:
        """Readabilities that became known since it was asked last."""


class Blind:
    """Looks at nothing and asks for nothing."""

    def on_picture(self, frame: av.VideoFrame, captured_s: float, arrived_s: float) -> None:
        """Nothing."""

    def work(self, now: float) -> None:
        """Nothing."""

    def regions(self, now: float) -> tuple[Region, ...]:
        """None."""
        return ()

    def readings(self, now: float) -> list[float]:
        """None."""
        return []


@dataclass(slots=True)
class Due:
    """A frame that the sender meant to send."""

    captured_s: float
    bits: int = 0
    whole_s: float | None = None
    """When its last packet came; None while it has not, or was never sent."""
    data: bytes | None = None
    keyframe: bool = True
    missing: int = 0
    last_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame that was decoded."""

    frame: av.VideoFrame
    captured_s: float
    arrived_s: float
    bits: int


@dataclass(frozen=True, slots=True)
class Times:
    """Of one call, on the film's clock; the film is silent before ``film_s``."""

    begin_s: float
    film_s: float
    open_s: float
    look_s: float


class Call:
    """One call about one question; `run` it once."""

    def __init__(
        self, film: Film, times: Times, sender: Sender, coder: Coder, link: Link, viewer: Viewer
    ) -> None:
        self._film, self._times, self._sender, self._coder = film, times, sender, coder
        self._link, self._viewer = link, viewer
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()
        self._sequence = 0
        self._flight: deque[Packet] = deque()
        self._report_t = -math.inf
        self._pacer_free_t = -math.inf
        self._due_t = self._slot_t = times.begin_s
        self._waiting: tuple[float, Pixels | None, Due] | None = None
        self._owes_keyframe = False
        self._bps = 0.0
        self._line: deque[Due] = deque()
        self._decoder: Any = av.CodecContext.create(coder.decoder, "r")
        self._decoder.thread_count = 1
        self.due: list[Due] = []
        """All frames that were due, in order."""
        self.shown: list[Shown] = []
        """Decoded in time for the look, in order."""
        self.why = ""

    def run(self) -> None:
        """To the look, and on until all that was sent has come or never will."""
        times, fps = self._times, self._film.fps
        before = math.ceil((times.film_s - times.begin_s) * fps)
        for step in range(before, 0, -1):
            self._until(times.film_s - step / fps)
            self._capture(times.film_s - step / fps, None)
        if self._sender.feedback.beat:
            self._at(times.begin_s, self._beat)
        asked = False
        for t_s, yuv in self._film.frames(times.film_s, times.look_s):
            self._until(t_s)
            if not asked and t_s >= times.open_s - 1e-6:
                asked = True
                self._sender.on_question(t_s)
                self._due_t = t_s
            self._capture(t_s, yuv)
        self._until(times.look_s)
        self._until(times.look_s + AFTER_S)

    def _at(self, t: float, what: Callable[..., None], *about: Any) -> None:
        heapq.heappush(self._events, (t, next(self._order), what, about))

    def _until(self, t: float) -> None:
        while self._events and self._events[0][0] <= t:
            now, _, what, about = heapq.heappop(self._events)
            what(now, *about)
        if t <= self._times.look_s:
            self._viewer.work(t)
            for value in self._viewer.readings(t):
                self._sender.on_readability(value, max(self._bps, 1.0), t)

    def _capture(self, now: float, yuv: Pixels | None) -> None:
        if now + 1e-6 < self._due_t and self._waiting is None:
            return
        if self._waiting is None or now + 1e-6 >= self._slot_t + 1 / self._sender.fps(now):
            self._slot_t = now
        else:
            self.due.pop()
        due = Due(now)
        self.due.append(due)
        self._waiting = (now, yuv, due)
        self._offer(now)

    def _offer(self, now: float) -> None:
        if self._waiting is None:
            return
        captured_s, yuv, due = self._waiting
        wish = self._sender.wish(now, self._viewer.regions(now))
        self.why = wish.why
        if not wish.send:
            return
        self._waiting = None
        interval_s = 1 / self._sender.fps(now)
        self._due_t = max(self._due_t + interval_s, captured_s + interval_s / 2)
        self._bps = wish.order.bps
        packets = self._packets(yuv, captured_s, wish.order, due)
        t = max(now, self._pacer_free_t)
        due.bits, due.missing = 8 * sum(packets), len(packets)
        if packets and yuv is not None:
            self._line.append(due)
        for size in packets:
            self._at(t, self._emit, size, due, True)
            t += 8 * size / wish.pace_bps
        self._pacer_free_t = t

    def _packets(
        self, yuv: Pixels | None, captured_s: float, order: Order, due: Due
    ) -> tuple[int, ...]:
        least = self._sender.least_packets
        if yuv is None:
            wire = max(1, round(order.bps / 8 / self._sender.fps(captured_s)))
            wire = min(wire, 1250) if order.small else wire
            return _cut(wire_packets(max(1, wire - OVERHEAD_BYTES)), least)
        if self._owes_keyframe:
            order = Order(
                order.bps, order.fps, order.size_px, order.how, order.regions, order.small, True
            )
        coded = self._coder.encode(yuv, captured_s, order)
        if coded is None:
            return ()
        self._owes_keyframe = False
        due.data, due.keyframe = coded.data, coded.keyframe
        return _cut(coded.packets, least)

    def _emit(self, t: float, size_bytes: int, due: Due, first: bool) -> None:
        waits_s = self._link.waits_s(t)
        arrived_t = self._link.send(t, size_bytes)
        self._sequence += 1
        self._flight.append(Packet(self._sequence, t, arrived_t, size_bytes))
        self._sender.on_sent(self._sequence, size_bytes, t)
        if not first:
            due.bits += 8 * size_bytes
        if arrived_t is None:
            if t - due.captured_s < GIVE_UP_S:
                self._at(t + waits_s + 2 * BACK_S + 0.01, self._emit, size_bytes, due, False)
            else:
                self._at(t + waits_s + 2 * BACK_S, self._lost, due)
            return
        feedback = self._sender.feedback
        if not feedback.beat and arrived_t > self._report_t:
            self._report_t = arrived_t + feedback.within_s
            self._at(self._report_t, self._report)
        due.missing -= 1
        due.last_s = max(due.last_s, arrived_t)
        if due.missing == 0:
            self._at(due.last_s, self._whole, due)

    def _beat(self, now: float) -> None:
        if now < self._times.look_s:
            self._at(now + self._sender.feedback.within_s, self._beat)
        self._report(now)

    def _report(self, now: float) -> None:
        known = 0
        for place, packet in enumerate(self._flight, 1):
            if packet.arrived_t is not None and packet.arrived_t > now:
                break
            known = place if packet.arrived_t is not None else known
        if known:
            packets = tuple(self._flight.popleft() for _ in range(known))
            self._at(now + BACK_S, self._told, Report(packets))

    def _told(self, now: float, report: Report) -> None:
        self._sender.on_report(report, now)
        self._offer(now)

    def _lost(self, now: float, due: Due) -> None:
        if due in self._line:
            self._line.remove(due)
            self._owes_keyframe = True
            while self._line and not self._line[0].keyframe:
                self._line.popleft().missing = NEVER
            self._drain(now)

    def _whole(self, now: float, due: Due) -> None:
        if due.data is None:
            due.whole_s = now
            return
        due.missing = -1
        self._drain(now)

    def _drain(self, now: float) -> None:
        while self._line and self._line[0].missing == -1:
            due = self._line.popleft()
            due.whole_s = now
            if now > self._times.look_s or due.data is None:
                continue
            try:
                frames = self._decoder.decode(av.Packet(due.data))
            except av.FFmpegError:
                self._owes_keyframe = True
                continue
            for frame in frames:
                self.shown.append(Shown(frame, due.captured_s, now, due.bits))
                self._viewer.on_picture(frame, due.captured_s, now)


def _cut(packets: tuple[int, ...], least: int) -> tuple[int, ...]:
    if len(packets) >= least:
        return packets
    each = max(1, sum(packets) // least)
    return (*[each] * (least - 1), sum(packets) + OVERHEAD_BYTES - each * (least - 1))


def latencies_s(due: list[Due], end_s: float) -> NDArray[np.float64]:
    """Of each due frame; one that never came is answered for by the next one that did, or by
    ``end_s``: at least so long nothing came."""
    came_s = end_s
    found = []
    for one in reversed(due):
        if one.whole_s is not None:
            came_s = one.whole_s
        found.append(max(came_s, one.captured_s) - one.captured_s)
    return np.array(found[::-1])
