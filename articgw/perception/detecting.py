"""The detecting process seen from the gateway: one for all calls, which take turns.

    call 1 ─▶ wait for the turn ─▶ its newest frame, made small ─▶ process ─▶ boxes
    call 2 ─▶ wait ...

Whose turn it is takes the frame that is newest then, so nothing waits but the wish to look. With n
calls each gets an n-th of the time that boxes may take: then the wait for the others and the own
turn fit together. The process starts with the first wish. Where it cannot, that is said once and
calls go on without boxes.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from articgw.backends.embedded.worker import Worker
from articgw.errors import BackendUnavailable
from articgw.frame import Frame, Pixels, samples
from articgw.perception.jobs import Look, Ready, Setup, Sighting
from articgw.perception.weights import NO_WEIGHTS, find
from articgw.picture_pool import in_turn

log = logging.getLogger(__name__)

LONG_PX = 960
"""Of the pictures that the process gets: the largest side that detectors are asked for."""
MOST_FAILURES = 3
"""In a row; a detector that fails so often is let go of."""
SHARED_S = 2.0
"""Who wished to look within this time shares."""


class Detecting(Protocol):
    """The contract; nothing of it raises."""

    def join(self) -> int:
        """A number for a new call."""

    async def see(
        self, call: int, newest: Callable[[], Awaitable[Frame | None]], *, slo_ms: float
    ) -> Sighting | None:
        """What is in the newest frame, once it is this call's turn; None: there is no telling."""

    @property
    def off(self) -> str:
        """Why nothing is detected, for people; empty where something is, or will be."""

    async def close(self) -> None:
        """Let go of the process. May be called twice."""


class NoDetecting:
    """Nothing is looked for."""

    def __init__(self, off: str = "nobody asked for it") -> None:
        self._off = off

    @property
    def off(self) -> str:
        """Why."""
        return self._off

    def join(self) -> int:
        """Any number."""
        return 0

    async def see(
        self, call: int, newest: Callable[[], Awaitable[Frame | None]], *, slo_ms: float
    ) -> Sighting | None:
        """Nothing."""
        return None

    async def close(self) -> None:
        """Nothing."""


class SharedDetecting:
    """One process for all calls."""

    def __init__(self, setup: Setup, clock: Callable[[], float] = time.monotonic) -> None:
        self.off = ""
        self._worker = Worker(
            setup, module="articgw.perception.process", name="the object detector"
        )
        self._clock = clock
        self._numbers = itertools.count()
        self._turn = asyncio.Lock()
        self._wished_t: dict[int, float] = {}
        self._failures = 0
        self._said = False

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._worker.pid

    @property
    def is_ready(self) -> bool:
        """The detector has started."""
        return self._said

    def join(self) -> int:
        """A number that no call had."""
        return next(self._numbers)

    async def see(
        self, call: int, newest: Callable[[], Awaitable[Frame | None]], *, slo_ms: float
    ) -> Sighting | None:
        """See `Detecting`."""
        now = self._clock()
        self._wished_t[call] = now
        self._wished_t = {k: t for k, t in self._wished_t.items() if now - t < SHARED_S}
        async with self._turn:
            if self.off:
                return None
            try:
                await self._start()
            except BackendUnavailable as error:
                self._give_up(error)
                return None
            try:
                frame = await newest()
                if frame is None:
                    return None
                yuv = await in_turn(small_yuv, frame)
                may_ms = slo_ms / len(self._wished_t)
                seen = await self._worker.run(Look(call, yuv, frame.captured_t, may_ms))
            except BackendUnavailable as error:
                self._on_failure(error)
                return None
        self._failures = 0
        return seen if isinstance(seen, Sighting) else None

    async def close(self) -> None:
        """End the process."""
        await self._worker.close()

    async def _start(self) -> None:
        ready = await self._worker.start()
        if not self._said and isinstance(ready, Ready):
            self._said = True
            log.info("objects are looked for: %s", ready.about)

    def _on_failure(self, error: BackendUnavailable) -> None:
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self._give_up(error)

    def _give_up(self, error: BackendUnavailable) -> None:
        self.off = f"no objects are looked for any more: {error}"
        log.warning("%s", self.off)


def small_yuv(frame: Frame, long_px: int = LONG_PX) -> Pixels:
    """The picture as I420 with its longer side at most ``long_px``; sides are even, at least 2."""
    picture = frame.picture
    if picture.format.name != "yuv420p":
        picture = picture.reformat(format="yuv420p")
    scale = min(1.0, long_px / max(picture.width, picture.height))
    width, height = (max(2, 2 * round(scale * px / 2)) for px in (picture.width, picture.height))
    sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
    planes = [
        cv2.resize(samples(plane), size, interpolation=cv2.INTER_AREA)
        for plane, size in zip(picture.planes, sizes, strict=True)
    ]
    flat = np.concatenate([np.asarray(plane, np.uint8).reshape(-1) for plane in planes])
    return flat.reshape(height * 3 // 2, width)


def detecting_for(
    detect_ms: float | None,
    model: Path | None,
    models_dir: Path | None,
    profile: Path | None = None,
) -> Detecting:
    """What the settings ask for. Raises `ConfigError` where ``model`` cannot be it.

    Without weights nothing is detected, and a warning says what to do. Nothing is started yet.
    """
    if detect_ms is None:
        return NoDetecting()
    weights = find(model, models_dir)
    if weights is None:
        log.warning("%s", NO_WEIGHTS)
        return NoDetecting(NO_WEIGHTS)
    return SharedDetecting(Setup(weights, models_dir or weights.path.parent, profile))
