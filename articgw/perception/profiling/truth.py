"""How good detectors and ways to carry are, counted on a film without labels.

True is what the largest detector is sure of (`sure`). That flatters every detector, the largest
most, and by 0.1 or so where it was compared with real labels; their order hardly changes. A box
is right where one of its kind overlaps it by half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.accuracy import Recall, Survival
from artic_perception.carrying import Carried
from artic_perception.fitting import fit_recall, fit_survival
from artic_perception.overlap import overlaps

Pixels = NDArray[np.uint8]

STRIDE, LONGEST = 6, 16
"""From where to where boxes are carried, in frames."""
SURE, IOU = 0.5, 0.5


class See(Protocol):
    """A loaded detector, as `articgw.perception.weights.load` gives it."""

    sides_px: tuple[int, ...]
    """Longer sides that it may be asked for."""
    about: str
    """Name and licence."""

    def see(self, rgb: Pixels, side_px: int) -> Detections:
        """Objects of a (h, w, 3) RGB picture."""


def recall(
    side: int, shape: Sequence[int], seen: Sequence[Detections], truths: Sequence[Detections]
) -> Recall:
    """Of one detector at one size, by what it has seen in each frame, (h, w, …) as ``shape``."""
    scale = side / max(shape[:2])
    sizes: list[float] = []
    found: list[bool] = []
    for boxes, truth in zip(seen, truths, strict=True):
        sizes += [float(one) * scale for one in sides_px(truth, shape)]
        found += matched(truth, boxes)
    return fit_recall(sizes, found)


def survival(name: str, film: Sequence[Pixels], truths: Sequence[Detections]) -> Survival:
    """Of one way to carry, from true boxes on: of all that is there later, what is new included."""
    frames: list[int] = []
    speeds: list[float] = []
    held: list[bool] = []
    lumas = [luma(frame) for frame in film]
    for start in range(0, len(film) - LONGEST, STRIDE):
        carried = Carried(name)
        carried.on_detection(lumas[start], truths[start])
        for k in range(1, LONGEST + 1):
            seen, truth = carried.on_frame(lumas[start + k]), truths[start + k]
            for box, size, label in zip(
                truth.boxes, sides_px(truth, film[0].shape), truth.labels, strict=True
            ):
                place = nearest(box, label, truths[start])
                moved_px = (
                    0.0
                    if place is None
                    else _moved_px(box, truths[start].boxes[place], film[0].shape)
                )
                frames.append(k)
                speeds.append(moved_px / (size * k))
                held.append(has(box, label, seen))
    return fit_survival(frames, speeds, held)


def sure(seen: Detections) -> Detections:
    """What counts as true."""
    keep = np.flatnonzero(seen.scores >= SURE)
    return Detections(seen.boxes[keep], tuple(seen.labels[k] for k in keep), seen.scores[keep])


def matched(truth: Detections, seen: Detections) -> list[bool]:
    """For each true box: is there one of its kind that overlaps it by half?"""
    return [has(box, label, seen) for box, label in zip(truth.boxes, truth.labels, strict=True)]


def has(box: NDArray[np.float32], label: str, seen: Detections) -> bool:
    """By half, one of its kind."""
    mine = np.array([other == label for other in seen.labels], bool)
    return bool(len(seen) and mine.any() and overlaps(box[None], seen.boxes[mine]).max() >= IOU)


def nearest(box: NDArray[np.float32], label: str, truth: Detections) -> int | None:
    """The one of its kind whose middle is nearest; None where it is further than its own size."""
    mine = [k for k, other in enumerate(truth.labels) if other == label]
    if not mine:
        return None
    off = np.hypot(*((truth.boxes[mine, :2] + truth.boxes[mine, 2:] - box[:2] - box[2:]).T / 2))
    best = int(np.argmin(off))
    return mine[best] if off[best] <= 2 * float((box[2:] - box[:2]).max()) else None


def sides_px(seen: Detections, shape: Sequence[int]) -> NDArray[np.float32]:
    """sqrt(area) of each box, in pixels of the frame."""
    sides = (seen.boxes[:, 2:] - seen.boxes[:, :2]) * np.array([shape[1], shape[0]], np.float32)
    return np.asarray(np.sqrt(np.clip(sides.prod(axis=1), 1.0, None)), np.float32)


def luma(rgb: Pixels) -> Pixels:
    """What boxes are carried in."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _moved_px(a: NDArray[np.float32], b: NDArray[np.float32], shape: Sequence[int]) -> float:
    off = (b[:2] + b[2:] - a[:2] - a[2:]) / 2 * np.array([shape[1], shape[0]], np.float32)
    return float(np.hypot(*off))
