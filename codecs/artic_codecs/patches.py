"""A grid of how much each patch of a frame has to do with the question, to QP offsets.

"Chat with AI" (HotNets 2025, arXiv 2507.10510) cuts the frame into coarse patches, lets an
image-text model say how each correlates with the words, and encodes by that. No region is drawn:
whatever the model finds alike is good, the rest fades. Its equation is not in the released code;
this one is as reported, and has the shape of the map that the same authors released later:

    QP = 51 (1 - ((rho + 1) / 2) ** gamma)        rho: correlation, -1..1; gamma = 3

Where the correlations come from is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artic_codecs.grid import Grid
from artic_codecs.qp_map import MOST_QP, QpMap

GAMMA = 3.0


@dataclass(frozen=True, slots=True)
class PatchMap:
    """The map of one picture. Raises ``ValueError`` for a gamma that is not above 0."""

    gamma: float = GAMMA
    """How soon quality falls with correlation."""

    def __post_init__(self) -> None:
        if not (np.isfinite(self.gamma) and self.gamma > 0):
            raise ValueError(f"gamma {self.gamma} is not above 0")

    def qp(self, correlations: npt.ArrayLike) -> QpMap:
        """A QP of 0 to 51 for each patch, rows x columns.

        What is outside -1..1 is taken for the nearest, what is not a number for -1: nobody found
        that it matters. Raises ``ValueError`` for what is no grid.
        """
        rho = np.asarray(correlations, np.float64)
        if rho.ndim != 2 or rho.size == 0:
            raise ValueError(f"correlations of shape {rho.shape} are no grid")
        share = (np.clip(np.nan_to_num(rho, nan=-1.0), -1.0, 1.0) + 1.0) / 2.0
        return np.asarray(MOST_QP * (1.0 - share**self.gamma), np.float64)

    def offsets(self, correlations: npt.ArrayLike, grid: Grid) -> QpMap:
        """Offsets for the blocks of a picture, 0 for the best patch and up to 51 for the others.

        Each block takes the QP of the patch that its middle lies in. Only differences steer under a
        rate control, so a grid that is the same everywhere gives none.
        """
        qp = self.qp(correlations)
        rows, columns = grid.shape
        row = _nearest(rows, qp.shape[0], grid.block_px, grid.size_px[1])
        column = _nearest(columns, qp.shape[1], grid.block_px, grid.size_px[0])
        spread = qp[np.ix_(row, column)]
        return np.asarray(spread - spread.min(), np.float64)


def _nearest(blocks: int, patches: int, block_px: int, side_px: int) -> npt.NDArray[np.intp]:
    """The patch in which the middle of each block lies, the last one for a block that is cut."""
    middles = np.minimum((np.arange(blocks) + 0.5) * block_px / side_px, 1.0 - 1e-9)
    return np.asarray(np.floor(middles * patches), np.intp)
