"""The quantisers that the blocks of a picture were coded with, as the decoder tells them.

FFmpeg's H.264 decoder tells them if it is opened with `DECODER_OPTIONS`, at no cost that could be
measured; other decoders take the options and tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import av
import numpy as np
from av.sidedata.sidedata import SideDataContainer
from numpy.typing import NDArray

from artic_codecs import Box
from artic_codecs.grid import Grid

Qps = NDArray[np.uint8]
"""By macroblock, (rows, columns); 0 the finest, 51 the coarsest."""

DECODER_OPTIONS = {"export_side_data": "venc_params"}

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


def qps_of(picture: av.VideoFrame) -> Qps | None:
    """Of a picture as it was decoded; None where the decoder did not tell.

    By hand: 0.1 ms for 720p; PyAV's `qp_map` takes 4. The list of side data is our own, as the one
    that a picture makes of itself is in a cycle with it: 200 MB of pictures were kept for the
    collector, and each new one took new memory.
    """
    told: Any = _listed(picture).get("VIDEO_ENC_PARAMS")
    return None if told is None else qps_in(bytes(told), (picture.width, picture.height))


def _listed(picture: av.VideoFrame) -> Any:
    made: Any = SideDataContainer
    return made(picture)


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
