"""A camera that obeys: source ──▶ valve ──▶ the newest frame ──▶ aiortc's sender.

    source.next()  as fast as the camera is, always taken, so that the newest frame is new
    valve          which of them are sent
    recv()         the newest that passed, once the link is free; what encoder or link was too slow
                   for is forgotten

Frames are stamped with their capture time (monotonic clock, 90 kHz), which RTP carries to the
gateway's CaptureClock: age is measured from here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

import av
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from articgw.client.valve import Valve

log = logging.getLogger(__name__)

CLOCK_HZ = 90_000


class FrameSource(Protocol):
    """Where pictures come from."""

    async def next(self) -> av.VideoFrame:
        """The next frame, when it is taken. Raises ``StopAsyncIteration`` at the end."""

    def close(self) -> None:
        """Let go of the camera or file. May be called twice."""


class SteeredTrack(MediaStreamTrack):
    """The video track of a call; ends when its source does."""

    kind = "video"

    def __init__(
        self, source: FrameSource, valve: Valve, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self.taken = 0
        """Frames that the sender took."""
        self.wait_s: Callable[[float], float] = _at_once
        """How long the next frame is to wait for the link, s, asked with now (pacing.py)."""
        self._source = source
        self._valve = valve
        self._clock = clock
        self._newest: av.VideoFrame | None = None
        self._wanted = False
        self._sharp: av.VideoFrame | None = None
        self._changed = asyncio.Condition()
        self._pump: asyncio.Task[None] | None = None

    async def recv(self) -> av.VideoFrame:
        """The newest frame that passed the valve, each once. Raises ``MediaStreamError``."""
        if self._pump is None and self.readyState == "live":
            self._pump = asyncio.create_task(self._run())
        while True:
            wait_s = self.wait_s(self._clock())
            if wait_s > 0 and self.readyState == "live":
                await asyncio.sleep(wait_s)
                continue
            async with self._changed:
                await self._changed.wait_for(lambda: self._newest or self.readyState != "live")
                if self.readyState == "live" and self.wait_s(self._clock()) > 0:
                    continue
                frame, self._newest = self._newest, None
                if frame is None:
                    raise MediaStreamError
                self.taken += 1
                self._changed.notify_all()
                return frame

    async def sharp(self) -> av.VideoFrame:
        """The camera's next frame, whatever the valve lets through. Raises ``MediaStreamError``."""
        async with self._changed:
            self._wanted = True
            await self._changed.wait_for(lambda: not self._wanted or self.readyState != "live")
            if self._sharp is None:
                raise MediaStreamError
            return self._sharp

    async def wait_taken(self, count: int) -> None:
        """Returns when the sender has taken ``count`` frames in all, or the track has ended."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.taken >= count or self.readyState != "live")

    def stop(self) -> None:
        """End the track and close its source."""
        if self.readyState != "live":
            return
        super().stop()
        if self._pump is not None:
            self._pump.cancel()
        self._source.close()

    async def _run(self) -> None:
        try:
            while True:
                frame = await self._source.next()
                captured_t = self._clock()
                if self._wanted:
                    await self._show(frame)
                if self._valve.on_frame(captured_t):
                    frame.pts = round(captured_t * CLOCK_HZ)
                    frame.time_base = Fraction(1, CLOCK_HZ)
                    async with self._changed:
                        self._newest = frame
                        self._changed.notify_all()
        except StopAsyncIteration:
            log.warning("the camera has no more frames")
        except (OSError, av.FFmpegError) as error:
            log.warning("the camera failed: %s", error)
        finally:
            self.stop()
            await asyncio.shield(self._wake())

    async def _show(self, frame: av.VideoFrame) -> None:
        async with self._changed:
            self._wanted, self._sharp = False, frame
            self._changed.notify_all()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _at_once(now: float) -> float:
    del now
    return 0.0
