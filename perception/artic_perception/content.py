"""What is in view, learned from the boxes alone: their sizes, and how fast they move.

A box is taken for the nearest one of its kind a frame before, if that is nearer than its own size.
What a detector finds anew jumps by the detector's own error, so speed is told by boxes that were
carried, and by detections only where nothing carries.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from artic_perception.accuracy import UNKNOWN, Content
from artic_perception.detections import Detections

Floats = NDArray[np.float32]

NEWS = 0.3
"""Of the mean speed, is that of the last frame."""


class ContentSense:
    """Of one film; ``aspect`` is its width by its height."""

    def __init__(self, aspect: float = 16 / 9) -> None:
        self._aspect = aspect
        self._before: Detections | None = None
        self._speed = UNKNOWN.speed
        self._content = UNKNOWN

    @property
    def content(self) -> Content:
        """As of the last frame."""
        return self._content

    def on_boxes(self, seen: Detections, *, frames: int = 1) -> Content:
        """The boxes of a frame, ``frames`` after those before."""
        sides = self._sides(seen)
        if self._before is not None and len(self._before) and len(seen) and frames >= 1:
            moved = self._moved(self._before, seen, sides)
            if moved is not None:
                self._speed += NEWS * (moved / frames - self._speed)
        self._before = seen
        self._content = Content(tuple(float(side) for side in sides), self._speed)
        return self._content

    def on_cut(self) -> Content:
        """Another scene: nothing is known of it, and what is carried into it tells nothing."""
        self._before = None
        self._speed = UNKNOWN.speed
        self._content = UNKNOWN
        return self._content

    def _sides(self, seen: Detections) -> Floats:
        """sqrt(area), as a share of the frame's longer side."""
        across, down = self._scales()
        sides = seen.boxes[:, 2:] - seen.boxes[:, :2]
        return np.sqrt(np.clip(sides[:, 0] * across * sides[:, 1] * down, 0, None))

    def _moved(self, before: Detections, after: Detections, sides: Floats) -> float | None:
        scales = np.array(self._scales(), np.float32)
        was, now = (_middles(one) * scales for one in (before, after))
        steps = []
        for k, label in enumerate(after.labels):
            same = [j for j, other in enumerate(before.labels) if other == label]
            if not same or sides[k] <= 0:
                continue
            nearest = min(float(np.hypot(*(now[k] - was[j]))) for j in same)
            if nearest < sides[k]:
                steps.append(nearest / float(sides[k]))
        return float(np.mean(steps)) if steps else None

    def _scales(self) -> tuple[float, float]:
        longer = max(self._aspect, 1.0)
        return self._aspect / longer, 1.0 / longer


def _middles(seen: Detections) -> Floats:
    return np.asarray((seen.boxes[:, :2] + seen.boxes[:, 2:]) / 2, np.float32)
