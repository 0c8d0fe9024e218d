"""Fractions of a frame, pixels, blocks: one place where they turn into each other.

Regions are fractions, encoders work on blocks: 16x16 macroblocks in H.264 and VP8, 64x64 tree
units in HEVC and VP9. Boxes are half-open and rounded outward on the way, so that no pixel of a
region is ever left to the rest of the picture; the last column and row of blocks may hang over the
picture's edge, as they do in every encoder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from artic_codecs.regions import Box

MACROBLOCK_PX = 16
"""H.264, VP8."""
CTU_PX = 64
"""HEVC, and the superblock of VP9 and AV1."""
_SLACK_PX = 1e-6
"""Fractions made from whole pixels come back as the same pixels."""


class PxBox(NamedTuple):
    """Half-open, pixels."""

    x0: int
    y0: int
    x1: int
    y1: int


class Span(NamedTuple):
    """Half-open, blocks."""

    column0: int
    row0: int
    column1: int
    row1: int


def pixels_of(box: Box, size_px: tuple[int, int]) -> PxBox:
    """The whole pixels that ``box`` touches: at least one, all of them in the picture."""
    x0, x1 = _outward(box[0], box[2], size_px[0])
    y0, y1 = _outward(box[1], box[3], size_px[1])
    return PxBox(x0, y0, x1, y1)


def fractions_of(px: PxBox, size_px: tuple[int, int]) -> Box:
    """The same area as fractions of a picture of ``size_px``."""
    width, height = size_px
    return px.x0 / width, px.y0 / height, px.x1 / width, px.y1 / height


@dataclass(frozen=True, slots=True)
class Grid:
    """The blocks of one picture. Raises ``ValueError`` where there is no picture or no block."""

    size_px: tuple[int, int]
    block_px: int = MACROBLOCK_PX

    def __post_init__(self) -> None:
        if min(self.size_px) < 1 or self.block_px < 1:
            raise ValueError(f"no blocks of {self.block_px} px in a picture of {self.size_px}")

    @property
    def columns(self) -> int:
        """Blocks in a row, the last one perhaps in part."""
        return -(-self.size_px[0] // self.block_px)

    @property
    def rows(self) -> int:
        """Rows of blocks, the last one perhaps in part."""
        return -(-self.size_px[1] // self.block_px)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns: the shape of a map."""
        return self.rows, self.columns

    def span_of(self, px: PxBox) -> Span:
        """Every block that ``px`` touches."""
        block = self.block_px
        return Span(px.x0 // block, px.y0 // block, -(-px.x1 // block), -(-px.y1 // block))

    def pixels_of(self, span: Span) -> PxBox:
        """The pixels of these blocks that are in the picture."""
        block, (width, height) = self.block_px, self.size_px
        column1, row1 = min(span.column1 * block, width), min(span.row1 * block, height)
        return PxBox(span.column0 * block, span.row0 * block, column1, row1)

    def blocks_of(self, box: Box) -> Span:
        """Every block that ``box``, fractions of the picture, touches."""
        return self.span_of(pixels_of(box, self.size_px))

    def widened(self, span: Span, blocks: int) -> Span:
        """``span`` with ``blocks`` more on each side, as far as there are any."""
        return Span(
            max(0, span.column0 - blocks),
            max(0, span.row0 - blocks),
            min(self.columns, span.column1 + blocks),
            min(self.rows, span.row1 + blocks),
        )

    def distance_px(self, box: Box) -> npt.NDArray[np.float64]:
        """From each block's centre to ``box``, straight, px; 0 inside (ZeCoStream's distance).

        A block that hangs over the edge has the centre of a whole one, or a sliver beside a region
        would be nearer to it than the block that it lies in; a box at the edge covers it whole.
        """
        width, height = self.size_px
        right = self.columns * self.block_px if box[2] >= 1.0 else box[2] * width
        bottom = self.rows * self.block_px if box[3] >= 1.0 else box[3] * height
        x = (np.arange(self.columns) + 0.5) * self.block_px
        y = (np.arange(self.rows) + 0.5) * self.block_px
        beside = np.maximum(0.0, np.maximum(box[0] * width - x, x - right))
        above = np.maximum(0.0, np.maximum(box[1] * height - y, y - bottom))
        return np.asarray(np.hypot(above[:, None], beside[None, :]), np.float64)

    def blocks_away(self, box: Box) -> npt.NDArray[np.int64]:
        """How many blocks each block is from those of ``box``, as a king walks; 0 inside."""
        span = self.blocks_of(box)
        column, row = np.arange(self.columns), np.arange(self.rows)
        beside = np.maximum(0, np.maximum(span.column0 - column, column - span.column1 + 1))
        above = np.maximum(0, np.maximum(span.row0 - row, row - span.row1 + 1))
        return np.maximum(above[:, None], beside[None, :])


def _outward(low: float, high: float, size_px: int) -> tuple[int, int]:
    first = min(max(0, math.floor(low * size_px + _SLACK_PX)), size_px - 1)
    last = min(size_px, math.ceil(high * size_px - _SLACK_PX))
    return first, max(first + 1, last)
