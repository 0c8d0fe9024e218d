"""What a branch has on a frame of a film, and how right that is: made once, on demand.

A group that begins at frame s with some detector and some way to carry has the same boxes whoever
chose it, so replays share them. Where a frame was dropped, boxes are carried over it as if it had
not been: a little better than what a live run does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.branch import Branch
from artic_perception.carrying import Carried
from artic_perception.cuts import Cuts
from artic_perception.overlap import overlaps
from tests.bench._perception_films import IOU, Film
from tests.bench._perception_profile import Seen
from tests.bench._perception_stages import luma

Start = tuple[str, str, int]
"""Detector, way to carry, frame."""
Place = tuple[str, str, int, int]
"""... and frames since then."""


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


class Boxes:
    """Of the scored half of one film, which begins anew where it ends."""

    def __init__(self, film: Film, seen: Seen) -> None:
        self.film = film
        self._seen = seen
        self._lumas: dict[int, NDArray[np.uint8]] = {}
        self._groups: dict[Start, tuple[Carried, list[Detections]]] = {}
        self._matches: dict[tuple[Place, int], Match] = {}
        self._cuts: dict[tuple[int, int], bool] = {}

    def at(self, branch: Branch, start: int, frames: int) -> Detections:
        """So many frames after the detection at frame ``start``."""
        key = (branch.detector.name, branch.carrying, start)
        if key not in self._groups:
            carried = Carried(branch.carrying)
            first = carried.on_detection(self._luma(start), self._seen[branch.detector.name][start])
            self._groups[key] = (carried, [first])
        carried, made = self._groups[key]
        while len(made) <= frames:
            made.append(carried.on_frame(self._luma(start + len(made))))
        return made[frames]

    def match(self, branch: Branch, start: int, frames: int, truth: int) -> Match:
        """Those boxes with what is true of frame ``truth``."""
        place = (branch.detector.name, branch.carrying, start, frames)
        if (place, truth) not in self._matches:
            seen = self.at(branch, start, frames)
            self._matches[place, truth] = matched(seen, self.film.truths[truth])
        return self._matches[place, truth]

    def cut(self, before: int, after: int) -> bool:
        """Is frame ``after`` of another scene, for who saw ``before`` last?"""
        if (before, after) not in self._cuts:
            cuts = Cuts()
            cuts.on_luma(self._luma(before))
            self._cuts[before, after] = cuts.on_luma(self._luma(after))
        return self._cuts[before, after]

    def _luma(self, frame: int) -> NDArray[np.uint8]:
        half = self.film.half
        at = half + (frame - half) % (len(self.film.frames) - half)
        if at not in self._lumas:
            self._lumas[at] = luma(self.film.frames[at])
        return self._lumas[at]


def matched(
    seen: Detections, truth: Sequence[tuple[str, tuple[float, float, float, float]]]
) -> Match:
    """Each true thing with the best box of its kind that overlaps it by half."""
    order = np.argsort(-seen.scores, kind="stable")
    wanted = np.array([box for _, box in truth], np.float32).reshape(-1, 4)
    there = tuple(label for label, _ in truth)
    free = np.ones(len(there), bool)
    right = np.zeros(len(order), bool)
    for place, k in enumerate(order):
        kind = np.array([label == seen.labels[k] for label in there], bool)
        overlap = (
            np.where(free & kind, overlaps(seen.boxes[[k]], wanted)[0], 0.0) if len(there) else free
        )
        if len(there) and overlap.max() >= IOU:
            free[int(np.argmax(overlap))] = False
            right[place] = True
    return Match(tuple(seen.labels[k] for k in order), seen.scores[order], right, there)


def precision(matches: Sequence[Match]) -> float:
    """Average precision over frames, mean over the kinds that there are.

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
