"""Is this another picture than the one before? Then boxes that are carried are of what is gone.

Mean absolute difference of luma at a size at which noise and small motion are averaged away.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

SMALL_PX = (32, 18)
CUT_LUMA = 25.0
"""Of 255. Hand-held motion stays below 15 from frame to frame."""


class Cuts:
    """Of one film."""

    def __init__(self) -> None:
        self._before: Luma | None = None

    def on_luma(self, luma: Luma) -> bool:
        """Whether it cut to this frame, (h, w); False for the first."""
        before = self._before
        small = cv2.resize(luma, SMALL_PX, interpolation=cv2.INTER_AREA)
        self._before = np.asarray(small, np.uint8)
        if before is None:
            return False
        return float(np.abs(before.astype(np.int16) - self._before).mean()) > CUT_LUMA
