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
import simplejpeg
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture as decoded, with its capture time."""

    picture: av.VideoFrame
    captured_t: float
    """s on the gateway's monotonic clock."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width, height."""
        return self.picture.width, self.picture.height

    def yuv(self) -> Pixels:
        """The planes as one (height * 3 / 2, width) array, I420; a copy, 0.1 ms for 720p."""
        return cast(Pixels, self.picture.to_ndarray(format="yuv420p"))

    def thumbnail(self) -> Pixels:
        """Every 16th sample of every 16th row of the luma plane; a view, no conversion."""
        plane = self.picture.planes[0]
        luma: Pixels = np.asarray(memoryview(plane)).view(np.uint8).reshape(-1, plane.line_size)
        return luma[: plane.height : 16, : plane.width : 16]

    def jpeg(self, quality: int = 90) -> bytes:
        """The picture as a full-range JPEG file, about 4 ms for 720p: not for the event loop."""
        return encode_jpeg(self.yuv(), quality)


def yuv_to_rgb(yuv: Pixels) -> Pixels:
    """(height * 3 / 2, width) limited-range BT.601 I420 to (height, width, 3) full-range RGB."""
    return cast(Pixels, cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420))


def encode_jpeg(yuv: Pixels, quality: int) -> bytes:
    """A limited-range I420 array as a JPEG file, whose samples are full-range (JFIF, section 7)."""
    height, width = yuv.shape[0] * 2 // 3, yuv.shape[1]
    samples, half = yuv.reshape(-1), (height // 2, width // 2)
    luma = cv2.LUT(samples[: height * width].reshape(height, width), _FULL_LUMA)
    blue, red = cv2.LUT(samples[height * width :].reshape(2, *half), _FULL_CHROMA)
    return cast(bytes, simplejpeg.encode_jpeg_yuv_planes(luma, blue, red, quality, True))


def _full_range(middle: float, at: float, span: float) -> Pixels:
    levels = (np.arange(256) - middle) * 255 / span + at
    return np.clip(np.round(levels), 0, 255).astype(np.uint8)


_FULL_LUMA = _full_range(16, 0, 219)
_FULL_CHROMA = _full_range(128, 128, 224)
