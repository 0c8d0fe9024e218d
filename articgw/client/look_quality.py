"""How well the region that was asked about left this machine: PSNR against the camera's picture.

The sender decodes its own stream, which x264 does not spare it: FFmpeg hands out an encoder's
reconstruction, PyAV does not. It costs a tenth of the encoding. The cheaper figure, the region's QP
from the map, is told beside it: it misses what x264's bound did further down the picture, and that
a block which was skipped looks as its reference did.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from artic_codecs.grid import pixels_of
from artic_codecs.regions import Box

log = logging.getLogger(__name__)

BEST_DB = 60.0
"""Told for what is the same to the last bit."""


@dataclass(frozen=True, slots=True)
class RegionQuality:
    """Of the most important region, in the newest frame that had one."""

    frame_t: float
    """Capture time, s on the sender's clock."""
    psnr_db: float | None
    """Luma; None where the stream could not be decoded."""
    qp: float
    """By the map and x264's word."""
    bits: float
    """Of the whole frame, on the wire."""


class OwnDecoder:
    """Follows the stream that this machine sends, frame by frame."""

    def __init__(self) -> None:
        self._decoder: av.VideoCodecContext | None = None

    def see(self, data: bytes, *, keyframe: bool) -> av.VideoFrame | None:
        """The picture that ``data`` makes at the far end; None until a keyframe after a failure."""
        if self._decoder is None and keyframe:
            self._decoder = _decoder()
        if self._decoder is None:
            return None
        try:
            shown = self._decoder.decode(av.Packet(data))
        except av.FFmpegError as error:
            log.warning("own stream cannot be decoded: %s", error)
            self._decoder = None
            return None
        return shown[-1] if shown else None


def psnr_db(sent: av.VideoFrame, shown: av.VideoFrame, box: Box) -> float:
    """Of the luma inside ``box``, dB, at most `BEST_DB`; both pictures of one size."""
    x0, y0, x1, y1 = pixels_of(box, (sent.width, sent.height))
    apart = _luma(sent)[y0:y1, x0:x1].astype(np.int32) - _luma(shown)[y0:y1, x0:x1]
    error = float(np.mean(apart * apart))
    return min(BEST_DB, 10 * float(np.log10(255**2 / error))) if error else BEST_DB


def _luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    lines: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(
        -1, plane.line_size
    )
    return lines[: frame.height, : frame.width]


def _decoder() -> av.VideoCodecContext:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    decoder.flags |= av.codec.context.Flags.low_delay
    return decoder
