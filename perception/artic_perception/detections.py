"""Detections: what a detector found in one frame, as arrays of fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Detections:
    """``n`` objects of one frame, best score first or in any other order.

    Raises ``ValueError`` when the fields disagree about ``n``.
    """

    boxes: NDArray[np.float32]
    """(n, 4) x0, y0, x1, y1 as fractions of the frame."""
    labels: tuple[str, ...]
    """n class names, lower case, singular ("person")."""
    scores: NDArray[np.float32]
    """(n,) 0..1."""

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.labels), 4) or self.scores.shape != (len(self.labels),):
            raise ValueError(
                f"boxes {self.boxes.shape}, scores {self.scores.shape} and "
                f"{len(self.labels)} labels do not belong together"
            )

    def __len__(self) -> int:
        return len(self.labels)

    @staticmethod
    def none() -> Detections:
        """No objects."""
        return Detections(np.zeros((0, 4), np.float32), (), np.zeros(0, np.float32))
