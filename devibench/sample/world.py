"""The plane that the camera films, as pixels: a canvas finer than the frame, and pasting on it.

World coordinates are px at camera scale 1 and may be negative; the canvas holds ``FINE`` pixels per
world px, so that a camera that comes nearer still sees sharp edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

FINE = 1.5


@dataclass(frozen=True, slots=True)
class World:
    """A canvas over the world rectangle that starts at ``origin``; pasting changes it in place."""

    canvas: Pixels
    """(height * FINE, width * FINE, 3) RGB."""
    origin: tuple[float, float]

    def from_canvas(self) -> Floats:
        """(3, 3) map from canvas px (centres of pixels) to world px."""
        x, y = self.origin
        half = 0.5 / FINE - 0.5
        return np.array([[1 / FINE, 0, x + half], [0, 1 / FINE, y + half], [0, 0, 1.0]])

    def paste(self, drawing: Pixels, quad: Floats, shadow: float = 0.0) -> None:
        """Lay an (h, w, 4) RGBA drawing on the world quad (from its top left, clockwise).

        ``shadow``: how dark a soft shadow below and right of it is, 0 to 1.
        """
        height, width = drawing.shape[:2]
        target = (quad - np.array(self.origin)) * FINE
        pad = 12
        low = np.floor(target.min(0)).astype(int) - pad
        high = np.ceil(target.max(0)).astype(int) + pad
        low = np.maximum(low, 0)
        high = np.minimum(high, self.canvas.shape[1::-1])
        if (high <= low).any():
            return
        source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        lay = cv2.getPerspectiveTransform(source - 0.5, (target - low - 0.5).astype(np.float32))
        straight = drawing.astype(np.float32) / 255
        straight[..., :3] *= straight[..., 3:]
        size = (int(high[0] - low[0]), int(high[1] - low[1]))
        laid = cv2.warpPerspective(straight, lay, size, flags=cv2.INTER_LINEAR)
        under = self.canvas[low[1] : high[1], low[0] : high[0]]
        ground = under.astype(np.float32) / 255
        if shadow > 0:
            cast_alpha = cv2.GaussianBlur(np.roll(laid[..., 3], (4, 3), (0, 1)), (0, 0), 3)
            ground *= 1 - shadow * cast_alpha[..., None]
        mixed = laid[..., :3] + ground * (1 - laid[..., 3:])
        under[:] = np.clip(np.rint(mixed * 255), 0, 255).astype(np.uint8)


def shrink(drawing: Pixels, times: int) -> Pixels:
    """An RGBA drawing at 1 / times of its size, by area, with its colours bled under the edges."""
    height, width = drawing.shape[0] // times, drawing.shape[1] // times
    straight = drawing.astype(np.float32)
    straight[..., :3] *= straight[..., 3:] / 255
    area = cv2.resize(straight, (width, height), interpolation=cv2.INTER_AREA)
    small = area.astype(np.float32)
    small[..., :3] /= np.maximum(small[..., 3:] / 255, 1e-3)
    return cast(Pixels, np.clip(np.rint(small), 0, 255).astype(np.uint8))


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Floats:
    """The quad of an upright rectangle."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)
