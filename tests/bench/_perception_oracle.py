"""Who knows the tape and the truth: of the branches that will keep the budget, the one that will be
most right. Group by group, so not quite the best there is; a policy may beat it by luck.
"""

from __future__ import annotations

from collections.abc import Sequence

from artic_perception import Detections
from artic_perception.branch import HOLD, Branch
from tests.bench._perception_boxes import Boxes
from tests.bench._perception_replay import OWN_S
from tests.bench._perception_tapes import Tape


class Oracle:
    """See `tests.bench._perception_replay.Policy`."""

    def __init__(
        self, branches: Sequence[Branch], tape: Tape, boxes: Boxes, budget_s: float
    ) -> None:
        self._branches = branches
        self._tape = tape
        self._boxes = boxes
        self._budget_s = budget_s
        self._number = -1
        self._left = 0
        self._branch = branches[0]

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """Looks ahead where a group begins."""
        self._number += 1 + skipped
        self._left -= 1
        if self._left > 0:
            return self._branch, False
        ahead = [(*self._ahead(branch, now), branch) for branch in self._branches]
        fits = [
            (right, -mean_s, branch) for mean_s, right, branch in ahead if mean_s <= self._budget_s
        ]
        self._branch = max(fits)[2] if fits else min(ahead)[2]
        self._left = self._branch.interval
        return self._branch, True

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """It knew."""

    def set_budget(self, budget_s: float) -> None:
        """See `Policy`."""
        self._budget_s = budget_s

    def _ahead(self, branch: Branch, now: float) -> tuple[float, float]:
        """A group's mean time, and how right its frames will be."""
        film = self._boxes.film
        length = len(film.frames) - film.half
        start = film.half + self._number % length
        t, number, total_s, right = now, self._number, 0.0, 0.0
        for k in range(branch.interval):
            if k:
                number = max(number + 1, int(t * film.fps))
                t = max(t, number / film.fps)
            stage = branch.carrying if k else branch.detector.name
            took_s = (0.0 if stage == HOLD else self._tape.took(stage, t)[0]) + OWN_S
            total_s, t = total_s + took_s, t + took_s
            if total_s > 2 * branch.interval * self._budget_s:
                return total_s / (k + 1), 0.0
            truth = film.half + number % length
            right += self._boxes.match(branch, start, number - self._number, truth).f1
        return total_s / branch.interval, right / branch.interval
