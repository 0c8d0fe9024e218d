"""From a question to a frame whose bits went where it asks.

    question ─▶ scout: where in the newest frame? ─▶ regions ─▶ steer ─▶ the sender re-aims
                                                        ▲
    each newest frame ─▶ carrier ───────────────────────┘ they move with the picture
                                                        ▼
                             the first frame that was taken once the sender had time to

A thin link carries no readable whole frame, so there an answer waits for a look that was aimed. A
good one is not made to wait: there the place is found while the model answers, where a scout is
spare, so that until the question ends no more is sent than that place needs. Between questions the
regions of the last answer are carried along on a thin link: the next question may be about the same
thing. What a model could hardly read tells nothing of where to look. Where nothing is known at all,
text and movement stand out by themselves (`saliency.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from artic_codecs import Region
from artic_codecs.carrier import Carrier
from artic_codecs.motion import LEAST_SIDE_PX, small
from artic_codecs.saliency import Saliency
from articgw.frame import Frame, Pixels, samples
from articgw.scout import Scout
from articgw.slot import FrameSlot
from articgw.steering import Steering

log = logging.getLogger(__name__)

SPOT_S = 0.8
"""Longer, and an answer about the unaimed frame is the better service."""
LATE_S = 0.7
"""After the aimed frame should have come."""
TRIES, AGAIN_S = 3, 0.5
"""Where an answer does not wait: pictures that are searched, and how far apart."""
LEAST_READABILITY = 0.3
"""Of evidence that is followed: with less the model says itself that it did not see it, and the
place that it guessed would take the bits from the one that was found by the question's words."""
SURE_READABILITY = 0.6
"""Of evidence elsewhere than where the sender aims: with less it is a guess about a place that was
sent worse than the one that the question's words led to."""


class Aiming:
    """One call."""

    def __init__(
        self,
        scout: Scout,
        slot: FrameSlot,
        steering: Steering,
        clock: Callable[[], float],
        objects: Callable[[str], tuple[Region, ...]] | None = None,
        crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        """``objects``: where the things are that a question names, for what the scout misses.
        ``crowded``: there are too many calls to search for what no answer waits for."""
        self._objects = objects or (lambda question: ())
        self._crowded = crowded
        self._clock = clock
        self._scout = scout
        self._slot = slot
        self._steering = steering
        self._carrier = Carrier()
        self._saliency = Saliency()
        self._turn = asyncio.Lock()
        """A question that is superseded leaves its thread running: the next waits for it."""

    async def look(self, question: str, frame: Frame, glimpse: object | None) -> Frame | None:
        """A frame aimed at ``question``; None where there is nothing to aim, or at.

        ``frame`` is the newest, ``glimpse`` what the back end read ahead.
        """
        if not self._aims(frame):
            return None
        regions = await self._spot(question, frame, glimpse) or self._objects(question)
        regions = regions or self._steering.regions
        if not regions:
            return None
        regions = await self._seeded(regions, frame) or regions
        now = self._clock()
        self._steering.on_aim(regions, now=now)
        settled_t = now + self._steering.settles_s
        within_s = self._steering.settles_s + LATE_S
        return await self._slot.captured_since(settled_t, within_s=within_s)

    @asynccontextmanager
    async def sparing(
        self, question: str, frame: Frame, glimpse: object | None
    ) -> AsyncGenerator[None]:
        """While the model answers about ``frame`` on a link that is good enough for whole ones."""
        finding = asyncio.create_task(self._spare(question, frame, glimpse))
        try:
            yield
        finally:
            finding.cancel()

    async def on_frame(self, frame: Frame) -> None:
        """Move the regions with the picture; its path is known to regions that come later."""
        aims = self._aims(frame)
        if not (aims or self._steering.regions):
            return
        if aims:
            self._scout.wake()

        glances = self._steering.glances

        def move() -> tuple[Region, ...]:
            luma = _luma(frame)
            self._carrier.on_picture(luma, frame.captured_t)
            if glances:
                self._saliency.on_picture(luma, frame.captured_t)
            return self._carrier.regions(now=self._clock())

        regions = await self._carry(move)
        if glances:
            self._steering.on_salient(self._saliency.regions(now=self._clock()))
        if regions or self._steering.regions:
            self._steering.on_aim(regions, now=self._clock())

    async def on_answer(
        self, regions: tuple[Region, ...], frame: Frame, readability: float | None = None
    ) -> None:
        """The evidence of an answer, in the frame that was looked at.

        It is not followed where its ``readability``, 0..1, is too low; None: nobody can tell. Where
        it lies in what is aimed at, the aim stays.
        """
        if readability is not None and readability < LEAST_READABILITY:
            self._steering.on_unread(readability, now=self._clock())
        elif self._aims(frame):
            elsewhere = not self._steering.regions or follows_elsewhere(readability)
            regions = await self._confirmed(regions, frame, elsewhere=elsewhere)
            self._steering.on_aim(regions, now=self._clock())

    def _aims(self, frame: Frame) -> bool:
        return self._steering.aims and min(frame.size_px) >= LEAST_SIDE_PX

    async def _spare(self, question: str, frame: Frame, glimpse: object | None) -> None:
        if not self._steering.spares or self._crowded() or min(frame.size_px) < LEAST_SIDE_PX:
            return
        self._scout.wake()
        for _ in range(TRIES):
            if self._scout.spare and (regions := await self._spot(question, frame, glimpse)):
                regions = await self._seeded(regions, frame) or regions
                self._steering.on_aim(regions, now=self._clock())
                return
            next_t = self._clock() + AGAIN_S
            frame = await self._slot.captured_since(next_t, within_s=AGAIN_S + LATE_S) or frame

    async def _spot(
        self, question: str, frame: Frame, glimpse: object | None
    ) -> tuple[Region, ...]:
        try:
            async with asyncio.timeout(SPOT_S):
                return await self._scout.spot(question, frame, glimpse)
        except TimeoutError:
            log.info("not aimed: no place found within %g s", SPOT_S)
            return ()

    async def _seeded(self, regions: tuple[Region, ...], frame: Frame) -> tuple[Region, ...]:
        def seed() -> tuple[Region, ...]:
            now = self._clock()
            self._carrier.seed(regions, _luma(frame), now=now)
            return self._carrier.regions(now=now)

        return await self._carry(seed)

    async def _confirmed(
        self, regions: tuple[Region, ...], frame: Frame, *, elsewhere: bool
    ) -> tuple[Region, ...]:
        def confirm() -> tuple[Region, ...]:
            now = self._clock()
            self._carrier.confirm(regions, _luma(frame), now=now, elsewhere=elsewhere)
            return self._carrier.regions(now=now)

        return await self._carry(confirm)

    async def _carry(self, work: Callable[[], tuple[Region, ...]]) -> tuple[Region, ...]:
        return await asyncio.shield(self._in_turn(work))

    async def _in_turn(self, work: Callable[[], tuple[Region, ...]]) -> tuple[Region, ...]:
        async with self._turn:
            return await asyncio.to_thread(work)


def follows_elsewhere(readability: float | None) -> bool:
    """Is evidence of that readability followed to where the sender does not aim?"""
    return readability is None or readability >= SURE_READABILITY


def _luma(frame: Frame) -> Pixels:
    return small(samples(frame.picture.planes[0]))
