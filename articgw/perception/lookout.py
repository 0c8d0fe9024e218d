"""Looks for objects while a call lasts: newest frame, boxes, and whoever is to know.

    slot ─newest frame─▶ detecting ─▶ in view ─▶ prompt, sampler, aim
                                         └─────▶ objects: to a client that can show them
                                         └─────▶ trace, metrics: what was decided, and why

The time that boxes may take runs from the wish to look to the boxes; what is lost on the way to the
process and back is learned, and comes off what the process may take.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Collection

from articgw.metrics import Metrics
from articgw.perception.detecting import Detecting
from articgw.perception.in_view import InView
from articgw.perception.jobs import Sighting
from articgw.protocol import ObjectBox, Objects
from articgw.slot import FrameSlot
from articgw.trace import Trace

log = logging.getLogger(__name__)

MOST_SHOWN = 20
"""Boxes of one message, the best: it must stay below what a message may have."""
SHOWN_EVERY_S = 0.1
WAITS_S = 1.0
"""For a frame, between two looks at whether the call still lasts."""
TICK_S = 1e-6
"""A frame that was captured so much later is another one."""
KEPT = 64
STEP_MS = 5.0
"""What is lost on the way is taken in steps: a requirement that trembles would be a new one with
each frame."""


class Lookout:
    """Of one call."""

    def __init__(
        self,
        detecting: Detecting,
        slot: FrameSlot,
        *,
        slo_ms: float,
        clock: Callable[[], float],
        trace: Trace,
        metrics: Metrics,
        show: Callable[[Objects], None],
    ) -> None:
        """``show`` hands a message to the client, where that wants it."""
        self.in_view = InView()
        self.slo_ms = slo_ms
        """From a frame to its boxes; may be changed while it runs. 0: nothing is looked for."""
        self._detecting = detecting
        self._slot = slot
        self._clock = clock
        self._trace = trace
        self._metrics = metrics
        self._show = show
        self._shown_t = float("-inf")
        self._lost_ms: deque[float] = deque(maxlen=KEPT)
        self._spare_ms = STEP_MS
        self._second = _Second()

    async def run(self) -> None:
        """Until the camera's stream ends, or nothing can be detected."""
        if not self.slo_ms:
            return
        try:
            await self._look()
        except Exception as error:  # noqa: BLE001  this owns the boxes; the call goes on without
            log.exception("no objects are looked for in this call any more")
            self._trace.write("perception", "off", now=self._clock(), why=repr(error))

    async def _look(self) -> None:
        number, before_t = self._detecting.join(), float("-inf")
        while not self._slot.ended:
            frame = await self._slot.captured_since(before_t + TICK_S, within_s=WAITS_S)
            if frame is None or frame.captured_t <= before_t:
                continue
            began_t = self._clock()
            budget_ms = max(1.0, self.slo_ms - self._spare_ms)
            seen = await self._detecting.see(number, self._slot.current, slo_ms=budget_ms)
            if seen is None:
                if self._detecting.off:
                    break
                before_t = frame.captured_t
                continue
            before_t = seen.captured_t
            self._on_sighting(seen, began_t)
        if self._detecting.off:
            self._trace.write("perception", "off", now=self._clock(), why=self._detecting.off)

    def _on_sighting(self, seen: Sighting, began_t: float) -> None:
        now, before = self._clock(), self.in_view.sighting
        took_ms = 1000 * (now - began_t)
        if before is not None:
            self._lost_ms.append(max(0.0, took_ms - seen.took_ms))
        is_late = took_ms > self.slo_ms
        self.in_view.sighting = seen
        switched = before is None or before.branch != seen.branch
        self._metrics.on_objects(took_ms / 1000, is_late=is_late, switched=switched)
        if switched:
            self._trace.write(
                *("perception", "branch"),
                now=now,
                why=seen.why,
                branch=seen.branch,
                before=None if before is None else before.branch,
                slo_ms=self.slo_ms,
                took_ms=round(took_ms, 1),
            )
        self._second.on_sighting(took_ms, is_late)
        if now - self._second.began_t >= 1.0:
            self._note_second(seen, now)
        if now - self._shown_t >= SHOWN_EVERY_S:
            self._shown_t = now
            self._show(message(seen, is_late=is_late or seen.is_late, now=now))

    def _note_second(self, seen: Sighting, now: float) -> None:
        busy = seen.busy
        self._trace.write(
            *("perception", "second"),
            now=now,
            looks=self._second.looks,
            late=self._second.late,
            worst_ms=round(self._second.worst_ms, 1),
            branch=seen.branch,
            objects=len(seen.things),
            run_delay=None if busy is None else busy.run_delay,
            pressure=None if busy is None else busy.pressure,
            throttled=None if busy is None else busy.throttled,
            load=None if busy is None else busy.load,
        )
        self._second = _Second(now)
        self._spare_ms = spare_ms(self._lost_ms)


class _Second:
    """What is told of a second."""

    def __init__(self, began_t: float = float("-inf")) -> None:
        self.began_t = began_t
        self.looks = self.late = 0
        self.worst_ms = 0.0

    def on_sighting(self, took_ms: float, is_late: bool) -> None:
        self.looks += 1
        self.late += is_late
        self.worst_ms = max(self.worst_ms, took_ms)


def spare_ms(lost_ms: Collection[float]) -> float:
    """What nearly all of ``lost_ms`` stay within, in whole steps; one step where none is known."""
    within_ms = sorted(lost_ms)[int(0.95 * (len(lost_ms) - 1))] if lost_ms else 0.0
    return STEP_MS * max(1, math.ceil(within_ms / STEP_MS))


def message(seen: Sighting, *, is_late: bool, now: float) -> Objects:
    """For a client."""
    best = sorted(seen.things, key=lambda one: -one.score)[:MOST_SHOWN]
    return Objects(
        boxes=tuple(
            ObjectBox(
                box=tuple(round(side, 4) for side in one.box),  # type: ignore[arg-type]
                label=one.label,
                score=one.score,
                track=one.track,
            )
            for one in best
        ),
        age_ms=round(1000 * (now - seen.captured_t), 1),
        detected_age_ms=round(1000 * (now - seen.detected_t), 1),
        late=is_late,
        why=seen.why,
    )
