"""Regions to one QP offset per block: policies, all of one shape.

An offset says where bits go, not how many: the rate control moves the whole frame's QP until the
rate fits, so only differences within a map matter. The published map only degrades what is far
from the region, and what is saved there improves the region through the rate control. `Boost` says
it the other way round: under a rate control that comes to the same, and where the frame's QP is set
from outside the region improves at once. `Flat` is the comparison.

Whatever the policy: no live region, no differences. A uniform offset steers nothing under a rate
control, and without one it is a severe loss; the published fallback of +18 everywhere is therefore
not copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from artic_codecs.grid import Grid
from artic_codecs.regions import Region

MOST_QP = 51
"""H.264 and HEVC, 8 bits."""

QpMap = npt.NDArray[np.float64]
"""QP offsets, rows x columns of blocks; less is better quality."""


class Policy(Protocol):
    """Where the bits go, as offsets within +-51; regions that expired count for nothing."""

    def __call__(self, regions: Iterable[Region], grid: Grid, *, now: float) -> QpMap:
        """Offsets for a picture of ``grid`` at ``now``, s."""
        ...


def live(regions: Iterable[Region], now: float) -> tuple[Region, ...]:
    """The regions that may steer at ``now`` (s), most important first."""
    alive = [region for region in regions if region.expires_t > now]
    return tuple(sorted(alive, key=lambda region: -region.priority))


@dataclass(frozen=True, slots=True)
class Flat:
    """The same everywhere: as if there were no regions."""

    def __call__(self, regions: Iterable[Region], grid: Grid, *, now: float) -> QpMap:
        """No offset at all."""
        return np.zeros(grid.shape)


@dataclass(frozen=True, slots=True)
class PublishedMap:
    """ZeCoStream's map (arXiv 2602.12641; `gen_kvazaar_roi.py` of its release), at CTUs of 64 px.

    With d the distance of a block's centre to the box and D the largest d in the picture:
    response = 1 - d / D; QP = round(clamp(51 (1 - response ** gamma), 0, 51));
    offset = clamp(QP - base_qp, 0, most_qp). Several regions (the release has one): the nearest.
    """

    gamma: float = 2.0
    """2 as released, or 3: how soon quality falls with distance."""
    base_qp: int = 26
    most_qp: int = 25

    def __call__(self, regions: Iterable[Region], grid: Grid, *, now: float) -> QpMap:
        """Offsets of 0 to ``most_qp``, whole numbers."""
        distances = [grid.distance_px(region.box) for region in live(regions, now)]
        if not distances:
            return np.zeros(grid.shape)
        nearest = np.minimum.reduce(distances)
        farthest = float(nearest.max())
        if farthest == 0.0:
            return np.zeros(grid.shape)
        response = 1.0 - nearest / farthest
        qp = np.round(np.clip(MOST_QP * (1.0 - response**self.gamma), 0, MOST_QP))
        return np.asarray(np.clip(qp - self.base_qp, 0, self.most_qp), np.float64)


@dataclass(frozen=True, slots=True)
class Boost:
    """Better inside, by priority, with an edge that falls off block by block.

    A block that any part of a region touches is inside; where regions meet, the better offset
    counts. Raises ``ValueError`` for strengths that would turn regions into holes.
    """

    strength_qp: float = 24.0
    """How much better the block of a region of priority 1 is. Measured: beyond 30
    x264 gains nothing; VP9 keeps its rate up to about 15."""
    edge_blocks: int = 2
    """Blocks around a region over which the offset fades: boxes are never quite true."""
    rest_qp: float = 0.0
    """How much worse the rest is, while there is a region."""

    def __post_init__(self) -> None:
        fit = 0 <= self.strength_qp <= MOST_QP and 0 <= self.rest_qp <= MOST_QP
        if not fit or self.edge_blocks < 0:
            raise ValueError(f"{self} is not a boost")

    def __call__(self, regions: Iterable[Region], grid: Grid, *, now: float) -> QpMap:
        """Offsets of ``-strength_qp`` to ``rest_qp``."""
        alive = live(regions, now)
        if not alive:
            return np.zeros(grid.shape)
        around = np.stack([self._around(region, grid) for region in alive])
        return np.asarray(around.min(axis=0), np.float64)

    def offset_qp(self, priority: float, blocks_away: int) -> float:
        """Offset of a block so far from a region of this priority."""
        inside_qp = -self.strength_qp * priority
        fade = min(1.0, blocks_away / (self.edge_blocks + 1))
        return inside_qp * (1.0 - fade) + self.rest_qp * fade

    def _around(self, region: Region, grid: Grid) -> QpMap:
        far = self.edge_blocks + 1
        steps = [self.offset_qp(region.priority, blocks) for blocks in range(far + 1)]
        return np.asarray(steps)[np.minimum(grid.blocks_away(region.box), far)]
