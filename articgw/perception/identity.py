"""The same object from one detection to the next: the box that overlaps most keeps its number.

Pairs of a kind, the most overlapping first, as in SORT without its motion model, which carrying
supplies here (Bewley et al., ICIP 2016; ByteTrack adds a second round for faint boxes, which the
carrying of unseen objects stands in for).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.overlap import overlaps

LEAST_IOU = 0.3


class Identity:
    """Of one call."""

    def __init__(self) -> None:
        self._next = 1
        self._before = Detections.none()
        self._numbers: tuple[int, ...] = ()

    def on_detection(self, seen: Detections) -> tuple[int, ...]:
        """Numbers of new boxes, old ones where they fit what was there."""
        numbers = [0] * len(seen)
        shares = overlaps(seen.boxes, self._before.boxes)
        for k, j in _pairs(shares):
            same_kind = seen.labels[k] == self._before.labels[j]
            if same_kind and not numbers[k] and self._numbers[j] not in numbers:
                numbers[k] = self._numbers[j]
        for k, number in enumerate(numbers):
            if not number:
                numbers[k], self._next = self._next, self._next + 1
        return self.on_carried(seen, tuple(numbers))

    def on_carried(self, seen: Detections, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Boxes have moved; ``numbers`` are theirs."""
        self._before, self._numbers = seen, numbers
        return numbers

    def follow(self, seen: Detections) -> tuple[int, ...]:
        """Numbers of carried boxes, some of which may be gone: order is kept."""
        if len(seen) == len(self._numbers):
            return self.on_carried(seen, self._numbers)
        return self.on_detection(seen)


def _pairs(shares: NDArray[np.float32]) -> list[tuple[int, int]]:
    found = np.argwhere(shares >= LEAST_IOU)
    return sorted(((int(k), int(j)) for k, j in found), key=lambda p: -shares[p])
