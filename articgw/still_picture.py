"""A still as it came becomes a frame that a model can be given.

The still shows one part of the camera's frame at its own resolution. It is pasted where it belongs
over the newest frame, so that the boxes of an answer stay fractions of one camera's frame, and no
back end need know. What was pasted is `Frame.window`.

The bytes are a stranger's. Before libjpeg-turbo sees them: a baseline file, of one scan (a file of
many is decoded over and over), no larger than the part that was asked for could be. It stops at the
first thing that is wrong.
"""

from __future__ import annotations

import re
from typing import cast

import av
import cv2
import numpy as np
import simplejpeg

from artic_codecs import Box
from artic_codecs.grid import pixels_of
from articgw.decoder_guard import MAX_PIXELS
from articgw.frame import Frame, Pixels, yuv_to_rgb
from articgw.still_parts import StillError

_SOI, _MARK, _SCAN = b"\xff\xd8", 0xFF, 0xDA
_BASELINE = (0xC0, 0xC1)
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ANOTHER = re.compile(rb"\xff[^\x00\xd0-\xd7\xd9\xff]")
"""Behind a scan only restarts and the end (ITU-T T.81, B.1.1.3)."""
LEAST_PX = 8
OFF = 0.25
"""The shape may differ from what was asked for by so much: pixels are rounded, cameras turn."""
LARGER = 3.0
"""A side may have so many times the pixels that the stream has there: the stream may be small."""


def still_frame(data: bytes, region: Box, newest: Frame, *, captured_t: float) -> Frame:
    """``newest`` with the still over ``region``; 5 to 10 ms for 720p: not for the event loop.

    Raises `StillError` where ``data`` is no JPEG that fits.
    """
    rgb = _decoded(data, region, newest.size_px)
    width, height = newest.size_px
    x0, y0, x1, y1 = pixels_of(region, newest.size_px)
    scale = max(1.0, rgb.shape[1] / (x1 - x0))
    scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
    large_px = (int(width * scale) // 2 * 2, int(height * scale) // 2 * 2)
    scene = yuv_to_rgb(newest.yuv())
    if large_px != newest.size_px:
        scene = cast(Pixels, cv2.resize(scene, large_px, interpolation=cv2.INTER_CUBIC))
    x0, y0, x1, y1 = pixels_of(region, large_px)
    how = cv2.INTER_AREA if x1 - x0 < rgb.shape[1] else cv2.INTER_CUBIC
    scene[y0:y1, x0:x1] = cv2.resize(rgb, (x1 - x0, y1 - y0), interpolation=how)
    picture = av.VideoFrame.from_ndarray(scene, format="rgb24").reformat(format="yuv420p")
    return Frame(picture, captured_t, window=region)


def _decoded(data: bytes, region: Box, size_px: tuple[int, int]) -> Pixels:
    if not _is_plain(data):
        raise StillError("not a baseline JPEG of one scan")
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data, strict=True)
        _check(width, height, region, size_px)
        return cast(Pixels, simplejpeg.decode_jpeg(data, "RGB", strict=True))
    except ValueError as error:
        raise StillError(f"not a JPEG: {error}") from error


def _check(width: int, height: int, region: Box, size_px: tuple[int, int]) -> None:
    x0, y0, x1, y1 = pixels_of(region, size_px)
    wide, tall = width / (x1 - x0), height / (y1 - y0)
    if min(width, height) < LEAST_PX or width * height > MAX_PIXELS or max(wide, tall) > LARGER:
        raise StillError(f"{width}x{height} does not fit what was asked for")
    if abs(np.log(wide / tall)) > OFF and min(width, height) > 2 * LEAST_PX:
        raise StillError(f"{width}x{height} has another shape than what was asked for")


def _is_plain(data: bytes) -> bool:
    kinds: list[int] = []
    at = len(_SOI)
    while data.startswith(_SOI) and at + 4 <= len(data) and data[at] == _MARK:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        at += 2 + length
        if marker == _SCAN:
            return len(kinds) == 1 and kinds[0] in _BASELINE and not _ANOTHER.search(data, at)
        if marker in _FRAMES:
            kinds.append(marker)
    return False
