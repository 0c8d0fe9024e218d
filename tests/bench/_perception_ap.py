"""Average precision at IoU 0.5: the area under precision over recall, mean over kinds.

Every point of the curve counts (PASCAL VOC from 2010 on). A true thing is matched by the best box
of its kind that overlaps it by half and is not taken yet; what nothing true is left for is false.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from tests.bench._perception_films import Truth

IOU = 0.5


def average_precision(seen: Sequence[Detections], truths: Sequence[Truth]) -> float | None:
    """Over frames; None where nothing true is in any of them. Kinds without are left out."""
    kinds = sorted({label for truth in truths for label, _ in truth})
    found = [_of_kind(kind, seen, truths) for kind in kinds]
    return float(np.mean(found)) if found else None


def _of_kind(kind: str, seen: Sequence[Detections], truths: Sequence[Truth]) -> float:
    scores: list[float] = []
    right: list[bool] = []
    there = 0
    for boxes, truth in zip(seen, truths, strict=True):
        wanted = np.array([box for label, box in truth if label == kind]).reshape(-1, 4)
        there += len(wanted)
        mine = [k for k, label in enumerate(boxes.labels) if label == kind]
        taken = np.zeros(len(wanted), bool)
        for k in sorted(mine, key=lambda k: -float(boxes.scores[k])):
            scores.append(float(boxes.scores[k]))
            overlap = np.where(taken, 0.0, ious(boxes.boxes[k], wanted))
            best = int(np.argmax(overlap)) if len(wanted) else -1
            hit = best >= 0 and overlap[best] >= IOU
            right.append(bool(hit))
            if hit:
                taken[best] = True
    if not scores:
        return 0.0
    order = np.argsort(-np.array(scores), kind="stable")
    hits = np.array(right)[order].cumsum()
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / there
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * envelope))


def ious(box: NDArray[Any], others: NDArray[Any]) -> NDArray[np.float64]:
    """Of one (4,) box with (n, 4) others."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    both = np.clip(high - low, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    union = (box[2:] - box[:2]).prod() + areas - both
    return np.asarray(both / np.maximum(union, 1e-12), np.float64)
