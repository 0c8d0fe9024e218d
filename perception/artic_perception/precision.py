"""How right boxes are: average precision at an overlap of a half (PASCAL VOC).

A box is right where it is the best of its kind, not yet taken, that overlaps a true one by half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artic_perception.detections import Detections
from artic_perception.overlap import overlaps

IOU = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Of the boxes of a frame with the truth of one."""

    kinds: tuple[str, ...]
    """Of the boxes, best first."""
    scores: NDArray[np.float32]
    right: NDArray[np.bool_]
    there: tuple[str, ...]
    """Kinds of the true things."""

    @property
    def f1(self) -> float:
        """1 where there is nothing and nothing is said."""
        both = len(self.kinds) + len(self.there)
        return 2 * float(self.right.sum()) / both if both else 1.0


def matched(seen: Detections, truth: Detections) -> Match:
    """Each true thing with the best box of its kind that overlaps it by half."""
    order = np.argsort(-seen.scores, kind="stable")
    there = truth.labels
    free = np.ones(len(there), bool)
    right = np.zeros(len(order), bool)
    both = overlaps(seen.boxes, truth.boxes) if len(there) and len(order) else None
    for place, k in enumerate(order):
        if both is None:
            break
        kind = np.array([label == seen.labels[k] for label in there], bool)
        overlap = np.where(free & kind, both[k], 0.0)
        if overlap.max() >= IOU:
            free[int(np.argmax(overlap))] = False
            right[place] = True
    return Match(tuple(seen.labels[k] for k in order), seen.scores[order], right, there)


def precision(matches: Sequence[Match]) -> float:
    """Average precision over frames, mean over the kinds that there are; 0 where there are none.

    The area under precision over recall, at every point of the curve (PASCAL VOC from 2010 on).
    """
    kinds = sorted({kind for match in matches for kind in match.there})
    if not kinds:
        return 0.0
    said = np.array([kind for match in matches for kind in match.kinds], np.str_)
    scores = np.concatenate([match.scores for match in matches])
    right = np.concatenate([match.right for match in matches])
    there = [kind for match in matches for kind in match.there]
    return float(np.mean([_area(scores, right, said == k, there.count(k)) for k in kinds]))


def _area(
    scores: NDArray[np.float32], right: NDArray[np.bool_], mine: NDArray[np.bool_], there: int
) -> float:
    if not mine.any():
        return 0.0
    hits = right[mine][np.argsort(-scores[mine], kind="stable")].cumsum()
    share = hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(share[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0.0], hits / there])) * envelope))
