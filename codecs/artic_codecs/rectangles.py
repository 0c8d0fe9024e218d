"""QP offsets as the few rectangles that FFmpeg's `addroi` carries to an encoder.

Measured: a filter graph with 16 rectangles takes half a millisecond to build, one with 144 three.
FFmpeg's encoders paint the list backwards, so where rectangles overlap the *first* listed wins, and
they round each outward to blocks. `nested` draws a `Boost` as rings, the best on top: exact as long
as regions times rings fit. `covering.cover` fits any other map. What an encoder makes of a list is
`painted`, and how far that is from a map, `misfit`.

Every list ends with one rectangle over the whole picture, so that a rate control that works by
shifting QP (an open libx264) shifts all of it alike. libvpx knows fewer *different* offsets than
rectangles, 3 in VP8 and 7 in VP9, and drops the first listed: use a `Boost` with few steps there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from artic_codecs.grid import Grid, PxBox
from artic_codecs.qp_map import MOST_QP, Boost, QpMap, live
from artic_codecs.regions import Region

MOST_RECTANGLES = 16


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One offset for the blocks that ``px`` touches."""

    px: PxBox
    offset_qp: float

    @property
    def qoffset(self) -> float:
        """As `addroi` takes it: a share of the QP range, -1..1."""
        return min(1.0, max(-1.0, self.offset_qp / MOST_QP))


class Misfit(NamedTuple):
    """How far the painted rectangles are from a map, QP."""

    rms_qp: float
    worst_qp: float


def nested(
    boost: Boost,
    regions: Iterable[Region],
    grid: Grid,
    *,
    now: float,
    at_most: int = MOST_RECTANGLES,
) -> tuple[Rectangle, ...]:
    """``boost`` as rectangles; where there are too many, outer rings of the least regions go."""
    alive = live(regions, now)
    rings = [(blocks, region) for blocks in range(boost.edge_blocks + 1) for region in alive]
    drawn = [
        Rectangle(
            grid.pixels_of(grid.widened(grid.blocks_of(region.box), blocks)),
            boost.offset_qp(region.priority, blocks),
        )
        for blocks, region in rings[: at_most - 1]
    ]
    rest = Rectangle(whole(grid), boost.rest_qp if alive else 0.0)
    return (*sorted(drawn, key=lambda rectangle: rectangle.offset_qp), rest)


def whole(grid: Grid) -> PxBox:
    """The picture."""
    return PxBox(0, 0, *grid.size_px)


def shifted(rectangles: Iterable[Rectangle], offset_qp: float) -> tuple[Rectangle, ...]:
    """All of them better or worse by the same, for rate control, within what QP allows."""
    return tuple(
        replace(one, offset_qp=min(MOST_QP, max(-MOST_QP, one.offset_qp + offset_qp)))
        for one in rectangles
    )


def painted(rectangles: Sequence[Rectangle], grid: Grid) -> QpMap:
    """What an encoder makes of the list: the first that touches a block gives its offset."""
    offsets = np.zeros(grid.shape)
    for rectangle in reversed(rectangles):
        span = grid.span_of(rectangle.px)
        offsets[span.row0 : span.row1, span.column0 : span.column1] = rectangle.offset_qp
    return offsets


def misfit(rectangles: Sequence[Rectangle], wanted: QpMap, grid: Grid) -> Misfit:
    """How far the encoder's map is from the ``wanted`` one."""
    apart = painted(rectangles, grid) - wanted
    return Misfit(float(np.sqrt(np.mean(apart**2))), float(np.abs(apart).max()))
