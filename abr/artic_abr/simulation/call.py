"""Calls over one link: frames are captured, decided on, cut into packets, and reported on.

    capture ─▶ policy.decide ─▶ packets ─▶ Link ─▶ arrivals ─┬─▶ report, as asked for ─▶ policy
       (skipped: waits as the newest frame, or is gone)      └─▶ look ─▶ Reader ─────▶ policy

A heap of events moves time. A frame that may not be sent waits, as the newest one, for the next
report; the next capture takes its place.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from typing import Any

from artic_abr.policy import Policy
from artic_abr.report import Packet, Report
from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.reader import Reader

PACKET_BYTES = 1200
"""What browsers put into a packet at most."""
REPORT_BYTES = 80
"""Of an RTCP packet on the wire: what a congested way back is loaded with."""
AFTER_S = 15.0
"""So long a call goes on after what is scored, for the last frames to have an end."""

Event = tuple[float, int, Callable[[float, Any], None], Any]


@dataclass(frozen=True, slots=True)
class CallSetup:
    """One sender, and what it is asked to do."""

    fps: float = 30.0
    seconds: float = 120.0
    """How much of it is scored."""
    begin_s: float = 0.0
    reader: Reader | None = None
    back_s: float = 0.025
    """How long a report takes; unless it goes over `back`."""
    back: Link | None = None
    over: Link | None = None
    """Its own link, where it is not the one that all share."""
    pauses: tuple[tuple[float, float], ...] = ()
    """From, to: nothing is captured."""
    size_error: float = 0.0
    """An encoder misses its target by up to this share, either way."""
    seed: int = 0


@dataclass(slots=True)
class CallLog:
    """What happened, frame by frame; lists of equal length."""

    fps: float
    seconds: float
    captured_t: list[float] = field(default_factory=list)
    arrived_t: list[float | None] = field(default_factory=list)
    """When its last packet came; None where it was skipped or lost."""
    bps: list[float] = field(default_factory=list)
    """Its size as a rate; 0 where it was skipped."""
    cap_bps: list[float] = field(default_factory=list)
    estimate_bps: list[float] = field(default_factory=list)
    sent_bytes: int = 0
    came: list[tuple[float, int]] = field(default_factory=list)
    """Arrival and size of each packet that came."""


class _Clockwork:
    """Time: what happens next."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._order = count()

    def at(self, t: float, what: Callable[[float, Any], None], about: Any = None) -> None:
        heapq.heappush(self._events, (t, next(self._order), what, about))

    def run(self) -> None:
        events = self._events
        while events:
            t, _, what, about = heapq.heappop(events)
            what(t, about)


class _Call:
    def __init__(
        self, policy: Policy, link: Link, setup: CallSetup, clock: _Clockwork, *, alone: bool
    ) -> None:
        self.log = CallLog(setup.fps, setup.seconds)
        self._policy, self._setup, self._clock = policy, setup, clock
        self._link = setup.over or link
        self._alone = alone
        self._random = random.Random(setup.seed)
        self._interval_s = 1 / setup.fps
        self._end_t = setup.begin_s + setup.seconds + AFTER_S
        self._sequence = 0
        self._pacer_free_t = 0.0
        self._flight: deque[Packet] = deque()
        self._waiting: int | None = None
        self._shown: deque[tuple[float, float]] = deque()
        self._looked: tuple[float, float] | None = None
        self._reported = False
        clock.at(setup.begin_s, self._capture, 0)
        self._report_t = -1.0
        if policy.feedback.beat:
            clock.at(setup.begin_s + policy.feedback.within_s, self._report, True)
        if setup.reader:
            clock.at(setup.begin_s, self._turn, 0)
            clock.at(setup.begin_s + setup.reader.look_s, self._look)

    def _capture(self, now: float, number: int) -> None:
        setup, log = self._setup, self.log
        next_t = setup.begin_s + (number + 1) * self._interval_s
        if next_t < self._end_t:
            self._clock.at(next_t, self._capture, number + 1)
        if any(begin <= now - setup.begin_s < end for begin, end in setup.pauses):
            return
        log.captured_t.append(now)
        log.arrived_t.append(None)
        log.bps.append(0.0)
        log.cap_bps.append(0.0)
        log.estimate_bps.append(0.0)
        self._waiting = len(log.captured_t) - 1
        self._offer(now)

    def _offer(self, now: float) -> None:
        decision = self._policy.decide(now)
        frame = self._waiting
        if frame is None:
            return
        log = self.log
        log.cap_bps[frame], log.estimate_bps[frame] = decision.cap_bps, decision.estimate_bps
        if not decision.send:
            return
        self._waiting = None
        size = decision.cap_bps * self._interval_s / 8
        if self._setup.size_error:
            size *= 1 + self._setup.size_error * (2 * self._random.random() - 1)
        size_bytes = max(1, ceil(size - 1e-6))
        log.bps[frame] = 8 * size_bytes * self._setup.fps
        packets = max(-(-size_bytes // PACKET_BYTES), self._policy.least_packets)
        each = -(-size_bytes // packets)
        t = max(now, self._pacer_free_t)
        for place in range(packets):
            piece = min(each, size_bytes - place * each)
            last = place == packets - 1
            if self._alone:
                self._emit(t, (frame, piece, place == 0, last))
            else:
                self._clock.at(t, self._emit, (frame, piece, place == 0, last))
            t += 8 * piece / decision.pace_bps
        self._pacer_free_t = t

    def _emit(self, t: float, what: tuple[int, int, bool, bool]) -> None:
        frame, size_bytes, first, last = what
        log = self.log
        arrived_t = self._link.send(t, size_bytes)
        self._sequence += 1
        self._flight.append(Packet(self._sequence, t, arrived_t, size_bytes))
        self._policy.on_sent(self._sequence, size_bytes, t)
        log.sent_bytes += size_bytes
        if arrived_t is not None:
            log.came.append((arrived_t, size_bytes))
            within_s, beat = self._policy.feedback
            if not beat and arrived_t > self._report_t:
                self._report_t = arrived_t + within_s
                self._clock.at(self._report_t, self._report, False)
        if first:
            log.arrived_t[frame] = arrived_t
        elif log.arrived_t[frame] is not None:
            earlier = log.arrived_t[frame] or 0.0
            log.arrived_t[frame] = None if arrived_t is None else max(earlier, arrived_t)
        whole_t = log.arrived_t[frame]
        if last and whole_t is not None and self._setup.reader:
            self._shown.append((whole_t, log.bps[frame]))

    def _report(self, now: float, beat: bool) -> None:
        if beat and now < self._end_t:
            self._clock.at(now + self._policy.feedback.within_s, self._report, True)
        flight = self._flight
        known = 0
        for place, packet in enumerate(flight, 1):
            if packet.arrived_t is None:
                continue
            if packet.arrived_t > now:
                break
            known = place
        if not known:
            return
        packets = tuple(flight.popleft() for _ in range(known))
        back = self._setup.back
        reaches_t = now + self._setup.back_s if back is None else back.send(now, REPORT_BYTES)
        if reaches_t is not None:
            self._clock.at(reaches_t, self._told, Report(packets))

    def _told(self, now: float, report: Report) -> None:
        self._policy.on_report(report, now)
        if self._waiting is not None:
            self._offer(now)

    def _turn(self, now: float, number: int) -> None:
        reader = self._setup.reader
        assert reader is not None
        self._policy.on_turn(number, now)
        curve = reader.curves[number % len(reader.curves)]
        self._clock.at(now + reader.delay_s, self._published, curve)
        if now + reader.turn_s < self._end_t:
            self._clock.at(now + reader.turn_s, self._turn, number + 1)

    def _published(self, now: float, curve: Callable[[float], float]) -> None:
        self._policy.on_curve(curve, now)

    def _look(self, now: float, _: object) -> None:
        reader = self._setup.reader
        assert reader is not None
        if now + reader.look_s < self._end_t:
            self._clock.at(now + reader.look_s, self._look)
        while self._shown and self._shown[0][0] <= now:
            self._looked = self._shown.popleft()
        if self._looked is None:
            return
        at_bps = self._looked[1]
        since_s = now - self._setup.begin_s
        value = reader.says(since_s, at_bps, self._random)
        if value is not None:
            about = (reader.turn(since_s), value, at_bps)
            self._clock.at(now + reader.delay_s, self._answered, about)

    def _answered(self, now: float, about: tuple[int, float, float]) -> None:
        turn, value, at_bps = about
        self._policy.on_readability(value, at_bps=at_bps, turn=turn, now=now)


def run_calls(
    calls: Sequence[tuple[Policy, CallSetup]],
    link: Link,
    others: Iterable[Callable[[Link, Callable[..., None]], None]] = (),
) -> list[CallLog]:
    """Several senders on one link, and other traffic (see `artic_abr.simulation.tcp`)."""
    clock = _Clockwork()
    others = list(others)
    alone = len(calls) == 1 and not others
    running = [_Call(policy, link, setup, clock, alone=alone) for policy, setup in calls]
    for begin in others:
        begin(link, clock.at)
    clock.run()
    return [call.log for call in running]


def run_call(policy: Policy, shape: LinkShape, setup: CallSetup) -> CallLog:
    """One sender alone on a link."""
    return run_calls([(policy, setup)], Link(shape, setup.seed))[0]
