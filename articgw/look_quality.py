"""How well a region came through, by the quantisers that its blocks were coded with.

Readability follows them closely (AUC 0.95 over 1,155 looks; the stream's rate: 0.77), and unlike
the sender's own PSNR they are known for every sender of H.264, whether it obeys or not. FFmpeg's
decoder tells them if it is opened with `DECODER_OPTIONS`, at no cost that could be measured.

A block that was skipped carries a predicted QP, but looks as its reference does; so a region counts
as good as it was at its best in the last second. That holds while the picture stands still or is
followed; what has moved away under the box is not noticed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from artic_codecs import Box
from artic_codecs.grid import Grid

Qps = NDArray[np.uint8]
"""By macroblock, (rows, columns); 0 the finest, 51 the coarsest."""

DECODER_OPTIONS = {"export_side_data": "venc_params"}
"""For FFmpeg's H.264; other decoders take them and tell nothing."""
REMEMBERED_S = 1.0

_HEAD = np.dtype(
    {
        "names": ["blocks", "offset", "size", "kind", "qp"],
        "formats": ["<u4", "<u8", "<u8", "<i4", "<i4"],
        "offsets": [0, 8, 16, 24, 28],
        "itemsize": 32,
    }
)
_BLOCK = np.dtype([("x", "<i4"), ("y", "<i4"), ("w", "<i4"), ("h", "<i4"), ("delta_qp", "<i4")])
_H264 = 1


@dataclass(frozen=True, slots=True)
class LookQuality:
    """Of one region of one look."""

    qp: float
    """Mean over its blocks, in the best frame of the last second."""
    frame_t: float
    """When that frame was captured, s."""


def qps_of(picture: av.VideoFrame) -> Qps | None:
    """Of a picture as it was decoded; None where the decoder did not tell.

    By hand, for PyAV's own `qp_map` takes 4 ms for 720p, this 0.1.
    """
    told: Any = picture.side_data.get("VIDEO_ENC_PARAMS")
    return None if told is None else qps_in(bytes(told), (picture.width, picture.height))


def qps_in(side_data: bytes, size_px: tuple[int, int]) -> Qps | None:
    """Of an ``AVVideoEncParams`` (libavutil/video_enc_params.h); None for any but H.264's."""
    rows, columns = Grid(size_px).shape
    if len(side_data) < _HEAD.itemsize:
        return None
    head = np.frombuffer(side_data, _HEAD, count=1)[0]
    count, offset = int(head["blocks"]), int(head["offset"])
    fits = offset + count * _BLOCK.itemsize <= len(side_data)
    if (head["kind"], head["size"], count, fits) != (_H264, _BLOCK.itemsize, rows * columns, True):
        return None
    blocks = np.frombuffer(side_data, _BLOCK, count=count, offset=offset)
    qps = np.empty((rows, columns), np.uint8)
    at = np.clip(blocks["y"] // 16, 0, rows - 1), np.clip(blocks["x"] // 16, 0, columns - 1)
    qps[at] = np.clip(head["qp"] + blocks["delta_qp"], 0, 51)
    return qps


def region_qp(qps: Qps, boxes: Iterable[Box], size_px: tuple[int, int]) -> tuple[float, ...]:
    """Mean QP of the blocks that each box touches; boxes as fractions of the decoded picture."""
    spans = [Grid(size_px).blocks_of(box) for box in boxes]
    parts = [qps[span.row0 : span.row1, span.column0 : span.column1] for span in spans]
    return tuple(float(part.mean()) for part in parts)


class QpMemory:
    """The last second of one stream."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, tuple[int, int], Qps]] = deque()

    def on_picture(self, picture: av.VideoFrame, captured_t: float) -> None:
        """Remember one, as it was decoded; ``captured_t`` in s, rising."""
        while self._frames and self._frames[0][0] <= captured_t - REMEMBERED_S:
            self._frames.popleft()
        qps = qps_of(picture)
        if qps is not None:
            self._frames.append((captured_t, (picture.width, picture.height), qps))

    def quality(self, boxes: Iterable[Box], frame_t: float) -> tuple[LookQuality | None, ...]:
        """Of each region of the frame captured at ``frame_t``; None where nothing is known."""
        known = [kept for kept in self._frames if frame_t - REMEMBERED_S < kept[0] <= frame_t]
        return tuple(_best(known, box) for box in boxes)


def _best(known: list[tuple[float, tuple[int, int], Qps]], box: Box) -> LookQuality | None:
    seen = [LookQuality(region_qp(qps, (box,), size_px)[0], t) for t, size_px, qps in known]
    return min(seen, key=lambda quality: quality.qp, default=None)
