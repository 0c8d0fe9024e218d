"""A picture that no codec can shrink."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def noise(width_px: int, height_px: int) -> NDArray[np.uint8]:
    """(height, width, 3) random samples, the same each time."""
    return np.random.default_rng(1).integers(0, 256, (height_px, width_px, 3), np.uint8)
