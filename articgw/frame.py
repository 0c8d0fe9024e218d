"""One decoded picture and the time it was captured.

The picture stays the planes that the decoder made: converting a 720p frame costs milliseconds, most
frames are never looked at, and of those that are, the model wants its own size and colour order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import av
import cv2
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from artic_codecs import Box
from articgw.coded import Coded
from articgw.jpeg import encode

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Frame:
    """A picture as decoded, with its capture time."""

    picture: av.VideoFrame
    captured_t: float
    """s on the gateway's monotonic clock."""
    window: Box | None = None
    """Where a packed picture has the camera's own resolution, the rest being enlarged; None: it
    was sent whole."""
    coded: Coded | None = None
    """How it was coded, as far as that is known."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""
        return self.picture.width, self.picture.height

    def yuv(self) -> Pixels:
        """The planes as one (height * 3 / 2, width) array, I420; a copy, 0.1 ms for 720p."""
        return cast(Pixels, self.picture.to_ndarray(format="yuv420p"))

    def thumbnail(self) -> Pixels:
        """Every 16th sample of every 16th row of the luma plane; a view, no conversion."""
        return samples(self.picture.planes[0])[::16, ::16]

    def jpeg(self, quality: int = 90) -> bytes:
        """The picture as a JPEG file; 3 to 6 ms for 720p: not for the event loop.

        Decoded samples are limited-range, those of a JPEG are full-range (JFIF, section 7).
        """
        picture = self.picture
        if picture.format.name != "yuv420p":
            picture = picture.reformat(format="yuv420p")
        luma, blue, red = (
            cast(Pixels, cv2.LUT(samples(plane), table))
            for plane, table in zip(picture.planes, _FULL_RANGE, strict=True)
        )
        return encode(luma, blue, red, quality)


def yuv_to_rgb(yuv: Pixels) -> Pixels:
    """(height * 3 / 2, width) limited-range BT.601 I420 to (height, width, 3) full-range RGB."""
    return cast(Pixels, cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420))


def samples(plane: VideoPlane) -> Pixels:
    """The plane as (height, width); a view, through which it can be written."""
    rows: Pixels = np.asarray(memoryview(plane)).view(np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _full_range(middle: float, at: float, span: float) -> Pixels:
    levels = (np.arange(256) - middle) * 255 / span + at
    return np.clip(np.round(levels), 0, 255).astype(np.uint8)


_FULL_LUMA, _FULL_CHROMA = _full_range(16, 0, 219), _full_range(128, 128, 224)
_FULL_RANGE = (_FULL_LUMA, _FULL_CHROMA, _FULL_CHROMA)
