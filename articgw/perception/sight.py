"""What the detecting process does: one picture after another, of whichever call.

    picture ─▶ scheduler: how, in the time there is ─▶ detect, or carry along ─▶ boxes
                   ▲                                            │
                   └──── how long that took, and waiting ◀──────┘

Calls share the detectors and what is learned of the machine; each has its own requirement, boxes
and scheduler. What a picture may take is divided among the calls before it comes here.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from artic_perception import Detections
from artic_perception.branch import HOLD
from artic_perception.carrying import Carried
from artic_perception.content import ContentSense
from artic_perception.cuts import Cuts
from artic_perception.profile import Profile
from artic_perception.scheduler import Decision, Scheduler
from artic_perception.slo import Kind, Slo
from artic_perception.slowdown import Slowdown
from articgw.frame import Pixels, yuv_to_rgb
from articgw.perception.identity import Identity
from articgw.perception.jobs import Look, Ready, Sighting, Thing
from articgw.perception.machine import Busy, Machine
from articgw.perception.profiling.file import HOW, advice
from articgw.perception.rough import ROUGH, TRIED_PX
from articgw.perception.weights import Detector

MOST_CALLS = 64
"""Calls that are remembered; the one that was silent longest is forgotten first."""
BUSY_EVERY_S = 0.25
LEAST_SLO_S = 0.001


@dataclass(slots=True)
class _Call:
    scheduler: Scheduler
    content: ContentSense
    carried: Carried = field(default_factory=lambda: Carried(HOLD))
    carrying: str = HOLD
    identity: Identity = field(default_factory=Identity)
    cuts: Cuts = field(default_factory=Cuts)
    detected_t: float = 0.0
    frames: int = 1
    """Since the last detection."""
    lost: bool = False
    """Boxes are carried into another scene than they were detected in."""


class Sight:
    """All that is needed to look at pictures, and what was seen last in each call."""

    def __init__(
        self,
        detectors: Mapping[int, Detector],
        profile: Profile,
        *,
        machine: Machine | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``detectors`` by their threads, one for each number that ``profile`` has."""
        self._detectors = dict(detectors)
        self._profile = profile
        self._machine = machine or Machine()
        self._clock = clock
        self._busy_t = clock()
        self._busy = self._machine.read(now=self._busy_t)
        self._slowdown = Slowdown()
        self._warm()
        self._calls: OrderedDict[int, _Call] = OrderedDict()

    @property
    def ready(self) -> Ready:
        """What is said first."""
        least_s, most_s = (f(self._profile.detect_s.values()) for f in (min, max))
        about = next(iter(self._detectors.values())).about
        how = f"{1000 * least_s:.0f} to {1000 * most_s:.0f} ms"
        if self._profile.made_by == ROUGH:
            word = f"by rule of thumb: '{HOW}' measures what is best here"
        else:
            word = advice(self._profile) or f"{len(self._profile.branches)} branches"
        return Ready(spots_objects=True, about=f"{about}, {how}, {word}")

    def do(self, job: Look) -> Sighting:
        """Raises ``ValueError`` where the detector is found not to be one."""
        began_t = self._clock()
        slo = Slo(max(LEAST_SLO_S, job.slo_ms / 1000), Kind(job.kind))
        call = self._calls.pop(job.call, None)
        luma = job.yuv[: job.yuv.shape[0] * 2 // 3]
        if call is None:
            sense = ContentSense(luma.shape[1] / luma.shape[0])
            call = _Call(Scheduler(self._profile, slo, self._slowdown), sense)
        self._calls[job.call] = call
        while len(self._calls) > MOST_CALLS:
            self._calls.popitem(last=False)
        call.scheduler.set_slo(slo)
        surprise = call.cuts.on_luma(luma)
        if surprise:
            call.content.on_cut()
            call.lost = True
        decision = call.scheduler.decide(call.content.content, now=began_t, surprise=surprise)
        numbers: tuple[int, ...]
        if decision.detect:
            seen, numbers = self._detect(call, decision, job, luma)
        else:
            seen = call.carried.on_frame(luma)
            numbers = call.identity.follow(seen)
        took_s = self._clock() - began_t
        call.scheduler.on_latency(decision, took_s, now=began_t)
        self._learn(call, seen, detected=decision.detect)
        return Sighting(
            captured_t=job.captured_t,
            detected_t=call.detected_t,
            things=_things(seen, numbers),
            branch=decision.branch.name,
            why=decision.why.value,
            took_ms=round(1000 * took_s, 2),
            is_late=decision.stale,
            busy=self._look_around(began_t),
        )

    def _warm(self) -> None:
        """The first run at a size takes a tenth of a second more."""
        picture = np.full((*TRIED_PX, 3), 114, np.uint8)
        for one in {branch.detector for branch in self._profile.branches}:
            self._detectors[one.threads].see(picture, one.size_px)

    def _detect(
        self, call: _Call, decision: Decision, job: Look, luma: Pixels
    ) -> tuple[Detections, tuple[int, ...]]:
        branch = decision.branch
        detector = self._detectors[branch.detector.threads]
        seen = detector.see(yuv_to_rgb(job.yuv), branch.detector.size_px)
        if branch.carrying != call.carrying:
            call.carried, call.carrying = Carried(branch.carrying), branch.carrying
        seen = call.carried.on_detection(luma, seen)
        call.detected_t = job.captured_t
        return seen, call.identity.on_detection(seen)

    def _learn(self, call: _Call, seen: Detections, *, detected: bool) -> None:
        """What carries boxes tells how fast they move; detections do where nothing does."""
        call.lost = call.lost and not detected
        if call.carrying != HOLD and not call.lost:
            call.content.on_boxes(seen, frames=0 if detected else 1)
        elif detected:
            call.content.on_boxes(seen, frames=call.frames)
        call.frames = 1 if detected else call.frames + 1

    def _look_around(self, now: float) -> Busy:
        if now - self._busy_t >= BUSY_EVERY_S:
            self._busy_t, self._busy = now, self._machine.read(now=now)
            if self._busy.ran_s is not None and self._busy.waited_s is not None:
                self._slowdown.on_wait(self._busy.ran_s, self._busy.waited_s, now=now)
        return self._busy


def _things(seen: Detections, numbers: tuple[int, ...]) -> tuple[Thing, ...]:
    rows = zip(seen.boxes, seen.labels, seen.scores, numbers, strict=True)
    return tuple(
        Thing(
            (float(box[0]), float(box[1]), float(box[2]), float(box[3])),
            label,
            round(float(score), 3),
            number,
        )
        for box, label, score, number in rows
    )
