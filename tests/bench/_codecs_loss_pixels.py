"""Single pictures through x264 and back, and how like the original they are where it matters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from artic_codecs.regions import Box
from tests.bench._codecs_coders import OPTIONS

Pixels = NDArray[np.uint8]
FPS = 30


def psnr(original: Pixels, shown: Pixels, box: Box) -> float:
    """Of the luma in a box of two I420 arrays of one size, dB."""
    return db(cut(luma(original), box), cut(luma(shown), box))


def luma(yuv: Pixels) -> Pixels:
    """The first plane of an I420 array."""
    return yuv[: len(yuv) * 2 // 3]


def cut(plane: Pixels, box: Box) -> Pixels:
    """The part of a plane in a box, a pixel on each side at least."""
    height, width = plane.shape
    x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    return plane[int(y0) : max(int(y0) + 1, int(y1)), int(x0) : max(int(x0) + 1, int(x1))]


def db(a: Pixels, b: Pixels) -> float:
    """PSNR; at most 68 dB."""
    error = float(np.mean((a.astype(np.float64) - b) ** 2))
    return 10 * float(np.log10(255**2 / max(error, 0.01)))


def frame_of(yuv: Pixels, number: int) -> Any:
    """The picture of that number, of `FPS` a second."""
    frame = av.VideoFrame.from_ndarray(yuv, format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def decoded(data: bytes) -> Pixels:
    """A keyframe."""
    decoder: Any = av.CodecContext.create("h264", "r")
    shown = [*decoder.decode(av.Packet(data)), *decoder.decode(None)][0]
    return np.asarray(shown.to_ndarray(format="yuv420p"), np.uint8)


def opened(size_px: tuple[int, int], options: dict[str, str]) -> Any:
    """x264 as all arms have it, and these options."""
    codec: Any = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = size_px
    codec.pix_fmt, codec.thread_count = "yuv420p", 1
    codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
    codec.options = OPTIONS["x264"] | options
    codec.open()
    return codec
