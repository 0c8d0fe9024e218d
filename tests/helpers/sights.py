"""A detector that finds what it is told to, in the time that it is told to, and its clock."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections


class Ticking:
    """A clock that goes on a little with each look at it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 1e-4
        return self.now


class Finder:
    """Finds ``boxes``; ``takes_s`` by size."""

    model = "finder"
    about = "finder (free)"

    def __init__(self, takes_s: Mapping[int, float], clock: Ticking) -> None:
        self.sides_px = tuple(sorted(takes_s))
        self.takes_s = takes_s
        self.slower = 1.0
        self.clock = clock
        self.boxes: list[tuple[float, float, float, float]] = [(0.4, 0.4, 0.6, 0.6)]
        self.asked_px: list[int] = []

    def see(self, rgb: NDArray[np.uint8], side_px: int) -> Detections:
        self.clock.now += self.takes_s[side_px] * self.slower
        self.asked_px.append(side_px)
        count = len(self.boxes)
        boxes = np.array(self.boxes, np.float32).reshape(count, 4)
        return Detections(boxes, ("cup",) * count, np.full(count, 0.9, np.float32))
