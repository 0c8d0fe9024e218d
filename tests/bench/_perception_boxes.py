"""What a branch has on a frame of a film, and how right that is: made once, on demand.

A group that begins at frame s with some detector and some way to carry has the same boxes whoever
chose it, so replays share them. Where a frame was dropped, boxes are carried over it as if it had
not been: a little better than what a live run does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.branch import Branch
from artic_perception.carrying import Carried
from artic_perception.cuts import Cuts
from artic_perception.precision import Match, matched
from tests.bench._perception_films import Film, as_detections
from tests.bench._perception_profile import Seen
from tests.bench._perception_stages import luma

Start = tuple[str, str, int]
"""Detector, way to carry, frame."""
Place = tuple[str, str, int, int]
"""... and frames since then."""


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
            self._matches[place, truth] = matched(seen, as_detections(self.film.truths[truth]))
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
