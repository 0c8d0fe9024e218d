"""How far boxes overlap: intersection over union."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def overlaps(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float32]:
    """(n, m), 0..1, of (n, 4) and (m, 4) boxes x0, y0, x1, y1; 0 with one that is empty."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.maximum(0, high - low), axis=2)
    areas = [np.prod(np.maximum(0, one[:, 2:] - one[:, :2]), axis=1) for one in (a, b)]
    either = areas[0][:, None] + areas[1][None] - both
    return np.asarray(both / np.maximum(1e-12, either), np.float32)
