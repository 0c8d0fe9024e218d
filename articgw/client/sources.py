"""Cameras that ship: a film that plays at its own speed, a picture, and a function that draws."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import av

from articgw.client.pictures import open_pictures, upright
from articgw.client.sizes import decodable, fitted

_DEFAULT_FPS = 30.0
STILL_FPS = 10.0
"""A fresh frame leaves within 0.1 s of a question; frames that are alike cost nearly nothing."""


class Pace:
    """Waits until frame times come round; one that is late by a frame delays all that follow."""

    def __init__(self, fps: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._fps = fps
        self._clock = clock
        self._start_t: float | None = None

    async def until(self, number: int) -> None:
        """Returns when frame ``number`` is due."""
        now, at_s = self._clock(), number / self._fps
        if self._start_t is None or now - self._start_t - at_s > 1 / self._fps:
            self._start_t = now - at_s
        await asyncio.sleep(max(0.0, self._start_t + at_s - now))


class ClipSource:
    """A film as a camera, at its own frame rate, from the start again at its end.

    Decoded in a thread; where that is too slow, the film plays slower. Raises ``OSError`` where it
    cannot be read.
    """

    def __init__(self, path: str | Path, *, loop: bool = True) -> None:
        self._container, self._stream = open_pictures(str(path))
        self._loop = loop
        self._fps = float(self._stream.average_rate or _DEFAULT_FPS)
        self._pace = Pace(self._fps)
        self._frames = self._play()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def fps(self) -> float:
        """Frames a second of the film."""
        return self._fps

    async def next(self) -> av.VideoFrame:
        """The frame that is due, when it is due."""
        item = await asyncio.to_thread(self._decode)
        if item is None:
            raise StopAsyncIteration
        number, frame = item
        await self._pace.until(number)
        return frame

    def close(self) -> None:
        """Close the file, as soon as the frame in work is done."""
        with self._lock:
            self._closed = True
            self._frames.close()
            self._container.close()

    def _decode(self) -> tuple[int, av.VideoFrame] | None:
        with self._lock:
            return None if self._closed else next(self._frames, None)

    def _play(self) -> Generator[tuple[int, av.VideoFrame]]:
        number = 0
        while True:
            before = number
            for frame in self._container.decode(self._stream):
                yield number, upright(frame)
                number += 1
            if not self._loop or number == before:
                return
            self._container.seek(0)


class DrawnSource:
    """``draw(number)`` as a camera of ``fps`` frames a second; None ends it."""

    def __init__(self, draw: Callable[[int], av.VideoFrame | None], fps: float = 30.0) -> None:
        self._draw = draw
        self._pace = Pace(fps)
        self._number = 0

    async def next(self) -> av.VideoFrame:
        """The next drawing, when it is due."""
        await self._pace.until(self._number)
        frame = self._draw(self._number)
        self._number += 1
        if frame is None:
            raise StopAsyncIteration
        return frame

    def close(self) -> None:
        """Nothing to let go."""


class StillSource(DrawnSource):
    """A picture as a camera that does not move. Raises ``OSError`` where it cannot be read.

    Shrunk once, to what gateways decode. Each frame is a copy, because its time is written on it.
    """

    def __init__(self, path: str | Path, fps: float = STILL_FPS) -> None:
        picture = _first_picture(path)
        size_px = (picture.width, picture.height)
        width, height = fitted(size_px, decodable(size_px))
        planes = picture.reformat(width, height, "yuv420p", interpolation="LANCZOS").to_ndarray()
        super().__init__(lambda _: av.VideoFrame.from_ndarray(planes, format="yuv420p"), fps)


def _first_picture(path: str | Path) -> av.VideoFrame:
    container, stream = open_pictures(str(path))
    with container:
        try:
            return upright(next(container.decode(stream)))
        except (StopIteration, av.FFmpegError) as error:
            raise OSError(0, "no picture can be read from it") from error
