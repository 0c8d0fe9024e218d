"""One sharp picture of a part of the camera's frame, when the gateway asks for it.

    still.request{id, region} ─▶ the camera's next frame ─▶ its part, as JPEG ─▶ binary messages

It takes nothing from the stream's budget: the gateway asks at most once for a question, and weighed
it against a higher rate. Of qualities the best one is taken that stays within what is asked for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

import av
from aiortc.mediastreams import MediaStreamError

from artic_codecs.boxes import clean_box
from artic_codecs.grid import pixels_of
from artic_codecs.regions import Box
from articgw.client.sizes import decodable, fitted
from articgw.frame import Frame, samples
from articgw.protocol import StillRequest
from articgw.still_parts import MAX_STILL_BYTES, parts_of

log = logging.getLogger(__name__)

QUALITIES = (88, 75, 60, 40, 20)
"""At the first, small text looks as the camera gave it."""
MCU_PX = 16


def still_of(frame: av.VideoFrame, region: Box, most_bytes: int) -> bytes:
    """That part of the frame as a JPEG file; empty where none is small enough. 1 to 6 ms each."""
    box = clean_box(region).box
    if box is None:
        return b""
    px = frame.width, frame.height
    whole = frame.reformat(*fitted(px, decodable(px)), format="yuv420p")
    x0, y0, x1, y1 = pixels_of(box, (whole.width, whole.height))
    x0, y0 = x0 // 2 * 2, y0 // 2 * 2
    x1, y1 = min(max(x1, x0 + MCU_PX), whole.width), min(max(y1, y0 + MCU_PX), whole.height)
    part = Frame(_cut(whole, x0, y0, x1 // 2 * 2, y1 // 2 * 2), 0.0)
    for quality in QUALITIES:
        data = part.jpeg(quality)
        if len(data) <= min(most_bytes, MAX_STILL_BYTES):
            return data
    return b""


class StillSender:
    """One call's. A new request takes the place of one that is not done."""

    def __init__(
        self,
        sharp: Callable[[], Awaitable[av.VideoFrame]],
        send: Callable[[Iterable[bytes]], None],
    ) -> None:
        self.sent_bytes = 0
        """Of all stills so far."""
        self._sharp, self._send = sharp, send
        self._making: asyncio.Task[None] | None = None

    def on_request(self, request: StillRequest) -> None:
        """The gateway asks; where there is no frame, or none is small enough, it is told so."""
        self.close()
        self._making = asyncio.create_task(self._make(request))

    def close(self) -> None:
        """The one that is in work is not wanted any more."""
        if self._making is not None:
            self._making.cancel()

    async def _make(self, request: StillRequest) -> None:
        try:
            frame = await self._sharp()
            data = await asyncio.to_thread(still_of, frame, request.region, request.most_bytes)
        except (MediaStreamError, ValueError, av.FFmpegError) as error:
            log.warning("no still: %r", error)
            data = b""
        self.sent_bytes += len(data)
        self._send(part.pack() for part in parts_of(request.id, data))


def _cut(frame: av.VideoFrame, x0: int, y0: int, x1: int, y1: int) -> av.VideoFrame:
    part = av.VideoFrame(x1 - x0, y1 - y0, "yuv420p")
    for source, target, step in zip(frame.planes, part.planes, (1, 2, 2), strict=True):
        rows, columns = slice(y0 // step, y1 // step), slice(x0 // step, x1 // step)
        samples(target)[:] = samples(source)[rows, columns]
    return part
