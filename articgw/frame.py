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
        """The picture as a full-range JPEG file, about 5 ms for 720p: not for the event loop."""
        return encode_jpeg(self.yuv(), quality)


def yuv_to_rgb(yuv: Pixels) -> Pixels:
    """(height * 3 / 2, width) limited-range BT.601 I420 to (height, width, 3) full-range RGB."""
    return cast(Pixels, cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420))


def encode_jpeg(yuv: Pixels, quality: int) -> bytes:
    """An I420 array as a JPEG file."""
    bgr = cv2.cvtColor(yuv, cv2.COLOR_YUV2BGR_I420)
    done, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of shape {yuv.shape} cannot be made a JPEG")
    return data.tobytes()
