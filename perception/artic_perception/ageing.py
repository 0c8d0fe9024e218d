"""How old a group's boxes are when somebody has them, and what that costs.

A film that branches are profiled on stands still while a frame is looked at. A live one goes on:
behind a detection of half a second the boxes are fifteen frames old before the first is carried,
and the longer the interval the more of the group has them so.

    age       = ((n - 1)·detected + carried·(n - 2)(n - 1)/2) / n      frames of the film; n a group
    detected  frames that go by with the detection, carried: with each frame behind it; 1 at least
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from statistics import median
from typing import NamedTuple

COST = 0.015
"""Accuracy that a frame of mean age costs. Of 0 to 0.03, chosen on films and tapes of other seeds
than any that is scored."""
_FRAMES, _LEAST_FRAMES = 17, 4
"""So many of a film tell how fast it comes."""


class Gone(NamedTuple):
    """Frames of the film that go by until there are boxes of one."""

    detected: float = 1.0
    carried: float = 1.0

    @classmethod
    def during(cls, detection_s: float, carrying_s: float, frame_s: float | None) -> Gone:
        """While stages take so long, where a frame comes each ``frame_s`` if that is known."""
        if frame_s is None:
            return cls()
        return cls(max(1.0, detection_s / frame_s), max(1.0, carrying_s / frame_s))

    def age(self, interval: int) -> float:
        """Mean over a group, frames."""
        behind = interval - 1
        return behind * (self.detected + self.carried * (interval - 2) / 2) / interval


class Pace:
    """How fast a film comes."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=_FRAMES)

    def on_frame(self, *, now: float) -> None:
        """A frame is here; a time before the last starts anew."""
        if self._times and now < self._times[-1]:
            self._times.clear()
        self._times.append(now)

    @property
    def frame_s(self) -> float | None:
        """From a frame to the next, the median; None while too few are known."""
        if len(self._times) < _LEAST_FRAMES:
            return None
        return max(1e-4, median(b - a for a, b in pairwise(self._times)))
