"""The layout as a number drawn into the packed picture, so that pixels and layout never disagree.

    sync 16 | version 3 | window 3 | thumbnail 2 | column 8 | row 8 | half camera 12 + 12 | CRC 16

80 cells of 8x8 px in two rows at the top left, light for 1, dark for 0: no smaller than the
transform of either codec, so that its mean survives the coarsest quantiser, and it stands still,
so that it costs nothing while the window does.

1. A cell counts only if its mean is clear of the grey between light and dark. One unclear cell, a
   checksum that fails (CRC-16/CCITT, which misses no three wrong bits), a layout that cannot be or
   that makes a picture of another size: the mark is damaged, and nothing of it is believed.
2. A damaged mark must not be taken for no mark, or a packed picture would be taken for the whole
   frame. The sync cells tell the two apart: a picture that has none of them is not packed.
3. A browser that is short of something may scale the picture. All packed sizes are known, so the
   scale follows from the picture's size, and the mark must agree with it.

The camera's size is in the mark, not in a table: cameras have any size, change it when a phone is
turned, and the boxes of an answer must refer to the frame that was packed.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from artic_codecs.layout import ALL_PACKED_PX, MARK_PX, Layout, Size

Pixels = NDArray[np.uint8]
Cells = NDArray[np.bool_]

CELL_PX = 8
ROWS, COLUMNS = 2, 40
SYNC = 0b1011_0001_0110_0101
VERSION = 1
FIELDS = (3, 3, 2, 8, 8, 12, 12)
"""Bits of version, window, thumbnail, column, row, half the camera's width, half its height."""
CRC_START = 0xFFFF
LIGHT_LUMA, DARK_LUMA, GREY = 235, 16, 126
"""White, black and the middle, limited range: at the coarsest quantiser contrast is what counts."""
GREY_CHROMA = 128
MIN_CLEAR = 15.0
"""Luma between a cell's mean and the grey."""
MIN_SYNC = 13
"""Of 16 cells that say that there is a mark."""
LEAST_SCALE = 0.5
SIZE_SLACK_PX = 2.0


class MarkWhy(StrEnum):
    """What a picture says about itself."""

    READ = "read"
    DAMAGED = "damaged"
    """There is a mark, and it cannot be trusted: do not use this picture."""
    ABSENT = "absent"
    """Not packed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mark as read."""

    why: MarkWhy
    layout: Layout | None = None
    scale: float = 1.0
    """Of the picture, as it was packed 1."""


ABSENT, DAMAGED = Reading(MarkWhy.ABSENT), Reading(MarkWhy.DAMAGED)


def cells_of(layout: Layout) -> Cells:
    """(2, 40), True for light."""
    width, height = layout.camera_px
    values = (VERSION, layout.window_step, layout.thumbnail_step, layout.column, layout.row)
    word = 0
    for bits, value in zip(FIELDS, (*values, width // 2, height // 2), strict=True):
        word = word << bits | value
    data = word.to_bytes(sum(FIELDS) // 8, "big")
    whole = SYNC.to_bytes(2, "big") + data + crc_hqx(data, CRC_START).to_bytes(2, "big")
    cells = np.unpackbits(np.frombuffer(whole, np.uint8)).astype(bool)
    return cells.reshape(ROWS, COLUMNS)


def layout_of(cells: Cells) -> Layout | None:
    """What these cells say; None if the checksum or the layout is wrong."""
    whole = np.packbits(cells.ravel()).tobytes()
    sync, data, checksum = whole[:2], whole[2:-2], int.from_bytes(whole[-2:], "big")
    if int.from_bytes(sync, "big") != SYNC or crc_hqx(data, CRC_START) != checksum:
        return None
    word = int.from_bytes(data, "big")
    values = []
    for bits in reversed(FIELDS):
        values.append(word & (1 << bits) - 1)
        word >>= bits
    half_height, half_width, row, column, thumbnail_step, window_step, version = values
    if version != VERSION:
        return None
    try:
        return Layout(
            (2 * half_width, 2 * half_height), window_step, thumbnail_step, column, row
        )  # fmt: skip
    except ValueError:
        return None


def draw_mark(yuv: Pixels, layout: Layout) -> None:
    """Draw the strip over the top of a packed I420 array, (height * 3 / 2, width), in place."""
    width, height = layout.packed_px
    if yuv.shape != (height * 3 // 2, width) or not yuv.flags.c_contiguous:
        raise ValueError(f"not a packed picture of {layout.packed_px}: {yuv.shape}")
    yuv[:MARK_PX] = GREY
    strip = np.where(cells_of(layout), LIGHT_LUMA, DARK_LUMA).astype(np.uint8)
    yuv[: ROWS * CELL_PX, : COLUMNS * CELL_PX] = strip.repeat(CELL_PX, 0).repeat(CELL_PX, 1)
    for plane in yuv[height:].reshape(2, height // 2, width // 2):
        plane[: MARK_PX // 2] = GREY_CHROMA


def read_mark(luma: Pixels) -> Reading:
    """What the luma plane, (height, width), of any picture says about itself."""
    height, width = luma.shape
    reading = ABSENT
    for scale in _scales((width, height)):
        levels = _levels(luma, scale)
        if _sync_cells(levels) < MIN_SYNC:
            continue
        layout = _trusted(levels)
        if layout is not None and _is_scaled(layout.packed_px, (width, height), scale):
            return Reading(MarkWhy.READ, layout, scale)
        reading = DAMAGED
    return reading


def _scales(size_px: Size) -> list[float]:
    known = {size_px[0] / packed[0] for packed in ALL_PACKED_PX if _fits(packed, size_px)}
    return sorted(known, reverse=True)


def _fits(packed: Size, size_px: Size) -> bool:
    scale = size_px[0] / packed[0]
    return LEAST_SCALE <= scale <= 1.0 and _is_scaled(packed, size_px, scale)


def _is_scaled(packed: Size, size_px: Size, scale: float) -> bool:
    if scale == 1.0:
        return packed == size_px
    return all(
        abs(side * scale - found) <= SIZE_SLACK_PX
        for side, found in zip(packed, size_px, strict=True)
    )


def _levels(luma: Pixels, scale: float) -> NDArray[np.float64]:
    # Four by four samples of the middle of each cell, which its neighbours' edges do not reach.
    inner = (np.arange(4) + 0.5) / 8 + 0.25
    rows, columns = (
        ((np.arange(count)[:, None] + inner) * CELL_PX * scale).astype(int).ravel()
        for count in (ROWS, COLUMNS)
    )
    samples = luma[np.ix_(rows, columns)].reshape(ROWS, 4, COLUMNS, 4)
    return np.asarray(samples.mean(axis=(1, 3)), np.float64)


def _sync_cells(levels: NDArray[np.float64]) -> int:
    sync = np.unpackbits(np.frombuffer(SYNC.to_bytes(2, "big"), np.uint8)).astype(bool)
    above = levels.ravel()[: len(sync)] - GREY
    return int(np.count_nonzero(np.where(sync, above, -above) >= MIN_CLEAR))


def _trusted(levels: NDArray[np.float64]) -> Layout | None:
    if float(np.abs(levels - GREY).min()) < MIN_CLEAR:
        return None
    return layout_of(levels > GREY)
