"""A camera that costs its sender next to nothing: a film of a wall of words, encoded beforehand.

The view pans, so every frame is another one; a key frame comes each second, because a film cannot
obey the gateway's requests for one. Pictures are as rich as a room's, so that their JPEG files are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

SEED = 3
LOOP_S = 4
BITS_PER_PIXEL = 0.08
"""1.1 Mb/s for 1280x720 at 15 frames a second."""
_CLOCK_HZ = 90_000
_OPTIONS = {
    "preset": "veryfast",
    "tune": "zerolatency",
    "profile": "baseline",
    "x264-params": "repeat-headers=1:scenecut=0",
}


def views(size_px: tuple[int, int], frames: int) -> Iterator[Pixels]:
    """One pan to and fro, as I420; the last view is next to the first."""
    width, height = size_px
    draws = np.random.default_rng(SEED)
    whole = (width + width // 4, height + height // 4)
    rough = draws.integers(40, 215, (whole[1] // 6, whole[0] // 6, 3), np.uint8)
    wall = np.asarray(cv2.resize(rough, whole, interpolation=cv2.INTER_CUBIC), np.uint8)
    for number in range(60):
        at = (int(draws.integers(whole[0])), int(draws.integers(whole[1])))
        cv2.putText(wall, f"ROOM {number}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
    for number in range(frames):
        turn = 2 * np.pi * number / frames
        left = round((1 + np.sin(turn)) * width / 8)
        top = round((1 + np.cos(turn)) * height / 8)
        view = np.ascontiguousarray(wall[top : top + height, left : left + width])
        yield np.asarray(cv2.cvtColor(view, cv2.COLOR_BGR2YUV_I420), np.uint8)


def encoded(size_px: tuple[int, int], fps: int) -> tuple[bytes, ...]:
    """The film as H.264, one access unit a frame; the first stands alone."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = size_px
    context.pix_fmt, context.time_base = "yuv420p", Fraction(1, fps)
    context.gop_size, context.options = fps, dict(_OPTIONS)
    context.bit_rate = round(BITS_PER_PIXEL * size_px[0] * size_px[1] * fps)
    packets = []
    for number, yuv in enumerate(views(size_px, LOOP_S * fps)):
        frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts = number
        packets += context.encode(frame)
    packets += context.encode(None)
    return tuple(bytes(packet) for packet in packets)


class FilmCamera(MediaStreamTrack):
    """Sends the film over and over, at its rate."""

    kind = "video"

    def __init__(self, film: tuple[bytes, ...], fps: int) -> None:
        super().__init__()
        self._film = film
        self._fps = fps
        self._number = 0
        self._due_t = time.monotonic()

    async def recv(self) -> Any:
        """The next frame as a packet, when it is due."""
        self._due_t = max(self._due_t + 1 / self._fps, time.monotonic() - 0.1)
        await asyncio.sleep(max(0.0, self._due_t - time.monotonic()))
        if self.readyState != "live":
            raise MediaStreamError
        packet = av.Packet(self._film[self._number % len(self._film)])
        packet.pts = self._number * _CLOCK_HZ // self._fps
        packet.time_base = Fraction(1, _CLOCK_HZ)
        self._number += 1
        return packet
