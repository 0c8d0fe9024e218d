"""From whole coded frames to the picture that somebody looks at, off the event loop.

Whoever wants to look says so at the slot. Then everything that waits is decoded in one go, the last
picture is put into the slot, and what came meanwhile is decoded next if somebody still wants it.
What the decoder says of frames on the way (quantisers, bits) is kept for a second, as a region may
have been sent best in one of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import av

from artic_abr import Estimate
from articgw.capture_clock import CaptureClock
from articgw.coded import REMEMBERED_S, CodedMemory
from articgw.decoding.group import Due, Group, Pending
from articgw.frame import Frame
from articgw.picture_pool import PicturePool
from articgw.slot import FrameSlot

log = logging.getLogger(__name__)

CLOCK_HZ = 90_000


class Decoder(Protocol):
    """Of one codec; used by one thread at a time."""

    def decode(self, data: bytes, pts: int, *, now: float, note: bool) -> list[av.VideoFrame]:
        """The pictures that this frame completes; ``note`` keeps with them how they were coded.

        Raises `av.FFmpegError` where a key frame is needed to go on.
        """


@dataclass(frozen=True, slots=True)
class _Decoded:
    frame: Frame | None
    """The newest; the others are let go as they come: a second of them is 40 MB."""
    failed: bool


class OnDemand:
    """Of one stream."""

    def __init__(
        self,
        slot: FrameSlot,
        opened: Callable[[Any], Decoder],
        pool: PicturePool,
        *,
        put: Callable[[Frame], None],
        want_keyframe: Callable[[], None],
        estimate: Callable[[float], Estimate],
    ) -> None:
        """``opened`` makes a decoder for a codec, ``put`` takes each picture that was wanted."""
        self._slot = slot
        self._opened = opened
        self._pool = pool
        self._put = put
        self._want_keyframe = want_keyframe
        self._estimate = estimate
        self._capture_clock = CaptureClock()
        self._memory = CodedMemory()
        self._group = Group()
        self._decoder: tuple[str, Decoder] | None = None
        self._at_work = False
        self._ended = False
        self.decoded = 0
        """Frames that went through a decoder."""
        slot.on_wanted(self.decode)

    def on_frame(self, data: bytes, pts: int, codec: Any, *, key: bool, now: float) -> None:
        """A whole frame has arrived; ``pts`` at 90 kHz from the first one on."""
        if self._ended:
            return
        captured_t = self._capture_clock.on_frame(pts / CLOCK_HZ, now=now)
        self._group.on_frame(Pending(data, pts, captured_t, now, codec, key))
        self._slot.arrive(captured_t)
        if not self._at_work:
            self._see_to(now)

    def decode(self) -> None:
        """Somebody wants to see what has arrived."""
        if self._at_work or self._ended or not len(self._group):
            return
        self._at_work = True
        frames, loop = self._group.take(), asyncio.get_running_loop()
        done = self._pool.submit(lambda: self._decode(frames))
        done.add_done_callback(lambda done: _tell(loop, self._on_decoded, done))

    def end(self) -> None:
        """Nothing is decoded any more; the decoder's pictures, some 40 MB, are let go at once."""
        self._ended = True
        self._group.take()
        if not self._at_work:
            self._decoder = None

    def _see_to(self, now: float) -> None:
        if not self._group.is_long(now=now):
            return
        estimate = self._estimate(now)
        due = self._group.due(
            estimate_bps=estimate.bps, received_bps=estimate.received_bps, now=now
        )
        if due is Due.KEY_FRAME:
            self._want_keyframe()
        elif due is Due.DECODE:
            self.decode()

    def _decode(self, frames: tuple[Pending, ...]) -> _Decoded:
        since_t = frames[-1].captured_t - REMEMBERED_S
        newest, failed = None, False
        for frame in frames:
            note = frame.captured_t >= since_t
            try:
                made = self._decoder_for(frame.codec).decode(
                    frame.data, frame.pts, now=frame.arrived_t, note=note
                )
            except av.FFmpegError as error:
                log.info("a %s frame could not be decoded: %s", frame.codec.name, error)
                failed = True
                continue
            for picture in made if note else ():
                captured_t = _captured_t(picture, frame)
                coded = self._memory.on_picture(picture, captured_t)
                newest = Frame(picture, captured_t, coded=coded)
        self.decoded += len(frames)
        return _Decoded(newest, failed)

    def _decoder_for(self, codec: Any) -> Decoder:
        if self._decoder is None or self._decoder[0] != codec.name:
            self._decoder = codec.name, self._opened(codec)
        return self._decoder[1]

    def _on_decoded(self, done: Future[_Decoded]) -> None:
        self._at_work = False
        if self._ended:
            self._decoder = None
            return
        decoded = done.result()
        if decoded.failed:
            self._want_keyframe()
        if decoded.frame is not None:
            self._put(decoded.frame)
        if self._slot.is_wanted:
            self.decode()


def _captured_t(picture: av.VideoFrame, frame: Pending) -> float:
    """Of ``picture``, which came out of the decoder with ``frame``: an earlier one perhaps."""
    if picture.pts is None:
        return frame.captured_t
    return frame.captured_t + (picture.pts - frame.pts) / CLOCK_HZ


def _tell(
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[Future[_Decoded]], None],
    done: Future[_Decoded],
) -> None:
    """The loop may have ended meanwhile, and with it everybody who would look."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, done)
