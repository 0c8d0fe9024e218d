"""ApproxDet's scheduler as it was released, on our branches: the baseline that the issue is about.

    every max(interval, 8) frames, the first time after 10, and then the frame is detected:
      level   = the nearest, in tables made offline, of what the last detection took, and of the
                mean of the last ten carried frames; the log is emptied when the branch changes
      L(b)    = L_detect(level)/si + L_carry(level)·(si − 1)/si     each of degree 2 in the level
      A(b)    = a regression tree over size, interval and way to carry; nothing of the content
      choice  = the most accurate with L(b) <= budget / 1.3, else the fastest

Left as it is: one detection decides on the level, 1.3 stands for the 95th percentile, and there is
no hysteresis. Left out: its cost of switching (a look-up of pairs, 12 ms at most, divided by 100),
because here all models stay loaded, and its bugs (every box is lost with one, a tracker that is not
rebuilt).

Source: Xu et al., SenSys 2020, and StarsThu2016/ApproxDet@552e9d6.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from artic_perception.branch import HOLD, Branch

SAFETY = 1.3
EVERY, FIRST = 8, 10
CARRIED = 10
DEGREE = 2

Table = Mapping[str, Mapping[float, float]]
"""By stage, by level of contention: the mean latency, s."""


class LatencyModel:
    """Of stages by level, and of the level by what a stage took."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._levels = sorted(next(iter(table.values())))
        degree = min(DEGREE, len(self._levels) - 1)
        self._curves = {
            stage: np.polyfit(list(by), list(by.values()), degree) for stage, by in table.items()
        }

    def sensed(self, stage: str, took_s: float) -> float:
        """The level at which the stage would take most nearly that."""
        by = self._table[stage]
        return min(self._levels, key=lambda level: abs(by[level] - took_s))

    def took_s(self, stage: str, level: float) -> float:
        """What a stage should take; hold takes nothing."""
        if stage == HOLD:
            return 0.0
        return max(0.0, float(np.polyval(self._curves[stage], level)))


class AccuracyTree:
    """Learned from what each branch reached, relative to the best."""

    def __init__(self, reached: Mapping[Branch, float]) -> None:
        tree: Any = importlib.import_module("sklearn.tree")
        self._ways = sorted({branch.carrying for branch in reached})
        best = max(reached.values())
        self._tree = tree.DecisionTreeRegressor(random_state=0)
        self._tree.fit(
            [self._features(branch) for branch in reached],
            [value / max(best, 1e-9) for value in reached.values()],
        )

    def of(self, branches: Sequence[Branch]) -> NDArray[np.float64]:
        """Relative to the best, each."""
        rows = [self._features(branch) for branch in branches]
        return np.asarray(self._tree.predict(rows), np.float64)

    def _features(self, branch: Branch) -> list[float]:
        one_hot = [float(branch.carrying == way) for way in self._ways]
        return [float(branch.detector.size_px), float(branch.interval), *one_hot]


class ApproxDet:
    """Chooses for one film."""

    def __init__(
        self,
        branches: Sequence[Branch],
        latency: LatencyModel,
        accuracy: AccuracyTree,
        budget_s: float,
    ) -> None:
        self.budget_s = budget_s
        self._branches = tuple(branches)
        self._latency = latency
        self._accuracy = accuracy.of(self._branches)
        self._detected: deque[float] = deque(maxlen=1)
        self._carried: deque[float] = deque(maxlen=CARRIED)
        self._levels = (0.0, 0.0)
        self._until = 0
        self._since = 0
        self._branch = self._choose()
        self._first = True

    def decide(self) -> tuple[Branch, bool]:
        """The branch, and whether the frame that is here now is detected."""
        if self._until == 0:
            before, self._branch = self._branch, self._choose()
            if before != self._branch:
                self._detected.clear()
                self._carried.clear()
            self._until = FIRST if self._first else max(self._branch.interval, EVERY)
            self._since, self._first = 0, False
        detect = self._since % self._branch.interval == 0
        self._since += 1
        self._until -= 1
        return self._branch, detect

    def on_latency(self, *, detect: bool, took_s: float) -> None:
        """What that frame took."""
        (self._detected if detect else self._carried).append(took_s)

    def _choose(self) -> Branch:
        self._sense()
        expected = np.array([self._expected_s(branch) for branch in self._branches])
        fits = expected <= self.budget_s / SAFETY
        if not fits.any():
            return self._branches[int(np.argmin(expected))]
        best = np.lexsort((expected, -np.where(fits, self._accuracy, -1.0)))[0]
        return self._branches[int(best)]

    def _sense(self) -> None:
        detecting, carrying = self._levels
        if self._detected:
            name = self._branch.detector.name
            detecting = self._latency.sensed(name, float(np.mean(self._detected)))
        if self._carried and self._branch.carrying != HOLD:
            carrying = self._latency.sensed(self._branch.carrying, float(np.mean(self._carried)))
        elif self._detected:
            carrying = detecting
        self._levels = detecting, carrying

    def _expected_s(self, branch: Branch) -> float:
        detecting, carrying = self._levels
        detect_s = self._latency.took_s(branch.detector.name, detecting)
        carry_s = self._latency.took_s(branch.carrying, carrying)
        return (detect_s + (branch.interval - 1) * carry_s) / branch.interval
