"""One sharp still of what could not be read, before the whole stream is raised for it.

    answer: unreadable ─▶ weigh: a still, or more rate? ─▶ still.request{id, region} ─▶ client
                                                                                         │ parts
    the model, asked again ◀── the newest frame with the still in it ◀── still_frame ◀───┘

A still is a few kilobytes once, where more rate is more kilobytes each second, for as long as
people go on asking. Both are weighed in seconds of this link: the time until the model has a better
look, and the time that the link is taken up.

    still   8·B / free + round trip  +  8·B / estimate            B = pixels · 2 bit / 8
    raise   settling                 +  (raised − cap) · held / estimate

A still shows all that the camera has there. So where it is read as well as the look before it, or
better, more rate would not help, and the stream is not raised for that question; where it is read
worse, the place was wrong, and where it does not come, nothing is known: then the stream is.

What comes is a stranger's: whatever is wrong with it ends this still, never the call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from artic_codecs import Box
from artic_codecs.boxes import clean_box
from articgw.backends import Reply
from articgw.frame import Frame
from articgw.picture_pool import in_turn
from articgw.protocol import GatewayMessage, StillRequest
from articgw.still_parts import MAX_STILL_BYTES, Assembly, StillError, StillPart
from articgw.still_picture import still_frame

log = logging.getLogger(__name__)

BITS_PER_PX = 2.0
"""Of text and texture as a JPEG of quality 88, 4:2:0."""
ROUND_TRIP_S = 0.15
"""The request, the camera's next frame, its JPEG."""
LEAST_FREE = 0.5
"""Share of the link that a still gets at least, beside a stream that goes on."""
HELD_S = 5.3
"""So long a raised rate lasts at least: until the picture has settled, and 4 s after the answer."""
WORST_S, WAIT_S = 3.0, 4.5
"""A person does not wait longer for a second look."""
ALIKE = 0.1
"""Readers differ by so much from frame to frame."""
GROWN = 0.35
"""Of its sides a region is larger on each side: cameras move meanwhile, and guesses are off."""
LEAST_SIDE = 0.18
"""Of the frame's: what is meant is near, where it could not be read; and a hand moves a camera by
4 % while an answer is given."""


@dataclass(frozen=True, slots=True)
class StillChoice:
    """A still, or more rate, and what each would cost, s of the link."""

    still: bool
    why: str
    bytes: int
    still_s: float
    raise_s: float


def weigh(
    pixels: int, *, cap_bps: float, raised_bps: float, estimate_bps: float, settles_s: float
) -> StillChoice:
    """A still of so many pixels, against going from the cap to what the need would be."""
    size_bytes = min(MAX_STILL_BYTES, int(pixels * BITS_PER_PX / 8))
    link_bps = max(estimate_bps, 1.0)
    free_bps = max(link_bps - cap_bps, LEAST_FREE * link_bps)
    takes_s = 8 * size_bytes / free_bps + ROUND_TRIP_S
    still_s = takes_s + 8 * size_bytes / link_bps
    more_bps = min(raised_bps, link_bps) - cap_bps
    if more_bps <= 0.05 * cap_bps:
        raise_s = float("inf")
    else:
        raise_s = settles_s + more_bps * HELD_S / link_bps
    if takes_s > WORST_S:
        return StillChoice(False, "too slow", size_bytes, still_s, raise_s)
    if still_s > raise_s:
        return StillChoice(False, "dearer", size_bytes, still_s, raise_s)
    return StillChoice(True, "cheaper", size_bytes, still_s, raise_s)


def region_of(reply: Reply, aimed_at: Box | None) -> Box:
    """Where a still is wanted: around the evidence, else what is aimed at, else everything."""
    box = reply.regions[0].box if reply.regions else aimed_at
    if box is None:
        return (0.0, 0.0, 1.0, 1.0)
    x0, x1 = _grown(box[0], box[2])
    y0, y1 = _grown(box[1], box[3])
    return clean_box((x0, y0, x1, y1)).box or (0.0, 0.0, 1.0, 1.0)


def as_good(value: float | None, before: float | None) -> bool:
    """Does an answer of that readability hold in place of the one before it?"""
    return value is None or before is None or value > before - ALIKE


def _grown(low: float, high: float) -> tuple[float, float]:
    side = max((1 + 2 * GROWN) * (high - low), LEAST_SIDE)
    middle = min(max((low + high) / 2, side / 2), 1 - side / 2) if side < 1 else 0.5
    return max(0.0, middle - side / 2), min(1.0, middle + side / 2)


class Stills:
    """One call's. At most one is on its way."""

    def __init__(self, send: Callable[[GatewayMessage], None], clock: Callable[[], float]) -> None:
        self._send = send
        self._clock = clock
        self._asked = 0
        self._assembly: Assembly | None = None
        self._data: asyncio.Future[bytes] | None = None

    def on_part(self, part: StillPart) -> None:
        """Of whatever still; what nobody waits for is dropped."""
        if self._assembly is None or self._data is None or self._data.done():
            return
        try:
            data = self._assembly.on_part(part)
        except StillError as error:
            self._data.set_exception(error)
            return
        if data is not None:
            self._data.set_result(data)

    async def fetch(
        self, region: Box, newest: Callable[[], Awaitable[Frame | None]], *, within_s: float
    ) -> tuple[Frame, int]:
        """The newest frame with a still of ``region`` in it, and the still's bytes.

        Raises `StillError` where none comes in time, or what comes is none.
        """
        self._asked += 1
        self._assembly = Assembly(self._asked)
        self._data = asyncio.get_running_loop().create_future()
        asked_t = self._clock()
        self._send(StillRequest(id=self._asked, region=region, most_bytes=MAX_STILL_BYTES))
        try:
            async with asyncio.timeout(within_s):
                data = await self._data
        except TimeoutError as error:
            raise StillError(f"nothing came within {within_s:.1f} s") from error
        finally:
            self._assembly = self._data = None
        frame = await newest()
        if frame is None:
            raise StillError("there is no frame to put it into")
        still = await in_turn(still_frame, data, region, frame, captured_t=asked_t)
        return still, len(data)
