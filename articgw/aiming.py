"""From a question to a frame whose bits went where it asks.

    question ─▶ scout: where in the newest frame? ─▶ regions ─▶ steer ─▶ the sender re-aims
                                                        ▲
    each newest frame ─▶ carrier ───────────────────────┘ they move with the picture
                                                        ▼
                             the first frame that was taken once the sender had time to

A thin link carries no readable whole frame, so there an answer waits for a look that was aimed; a
good one is not made to wait. Between questions the regions of the last answer are carried along:
the next question may be about the same thing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from artic_codecs import Region
from artic_codecs.carrier import Carrier
from artic_codecs.motion import small
from articgw.frame import Frame, Pixels, samples
from articgw.scout import Scout
from articgw.slot import FrameSlot
from articgw.steering import Steering

log = logging.getLogger(__name__)

SPOT_S = 0.8
"""Longer, and an answer about the unaimed frame is the better service."""
LATE_S = 0.7
"""After the aimed frame should have come."""


class Aiming:
    """One call."""

    def __init__(
        self, scout: Scout, slot: FrameSlot, steering: Steering, clock: Callable[[], float]
    ) -> None:
        self._clock = clock
        self._scout = scout
        self._slot = slot
        self._steering = steering
        self._carrier = Carrier()
        self._carrying = asyncio.Lock()

    async def look(self, question: str, frame: Frame, glimpse: object | None) -> Frame | None:
        """A frame aimed at ``question``; None where there is nothing to aim, or at.

        ``frame`` is the newest, ``glimpse`` what the back end read ahead.
        """
        if not self._steering.aims:
            return None
        regions = await self._spot(question, frame, glimpse) or self._steering.regions
        if not regions:
            return None
        now = self._clock()
        regions = await self._seeded(regions, frame, now=now) or regions
        self._steering.on_aim(regions, now=now)
        settled_t = now + self._steering.settles_s
        within_s = self._steering.settles_s + LATE_S
        return await self._slot.captured_since(settled_t, within_s=within_s)

    async def on_frame(self, frame: Frame, *, now: float) -> None:
        """Move the regions with the picture; its path is known to regions that come later."""
        if not self._steering.aims:
            return
        self._scout.wake()
        async with self._carrying:
            regions = await asyncio.to_thread(self._carried, frame)
        if regions or self._steering.regions:
            self._steering.on_aim(regions, now=now)

    async def on_answer(self, regions: tuple[Region, ...], frame: Frame, *, now: float) -> None:
        """The evidence of an answer, in the frame that was looked at."""
        if self._steering.aims:
            regions = await self._seeded(regions, frame, now=now)
            self._steering.on_aim(regions, now=now)

    async def _spot(
        self, question: str, frame: Frame, glimpse: object | None
    ) -> tuple[Region, ...]:
        try:
            async with asyncio.timeout(SPOT_S):
                return await self._scout.spot(question, frame, glimpse)
        except TimeoutError:
            log.info("not aimed: no place found within %g s", SPOT_S)
            return ()

    async def _seeded(
        self, regions: tuple[Region, ...], frame: Frame, *, now: float
    ) -> tuple[Region, ...]:
        def seed() -> tuple[Region, ...]:
            self._carrier.seed(regions, _luma(frame), now=now)
            return self._carrier.regions(now=self._clock())

        async with self._carrying:
            return await asyncio.to_thread(seed)

    def _carried(self, frame: Frame) -> tuple[Region, ...]:
        self._carrier.on_picture(_luma(frame), frame.captured_t)
        return self._carrier.regions(now=self._clock())


def _luma(frame: Frame) -> Pixels:
    return small(samples(frame.picture.planes[0]))
