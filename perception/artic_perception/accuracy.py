"""How good a branch's boxes will be on what is in view now.

    A(branch) = recall(detector, height of objects in its picture) · mean over the group of survival

    recall    = top / (1 + exp(-(log2(px) - middle) / width))      px: sqrt(box area) in its picture
    survival  = exp(-(a·k + (d·v·k)²))     k frames after the detection, v sizes moved per frame

Both are shares of objects with a box that overlaps the true one by half. They factorise because the
first is about the picture that was looked at and the second about what happened since, so a few
dozen measured numbers tell of mixes that were never measured. The forms are ours; ApproxDet learns
a regression tree over the branch's settings instead, and nothing of the content.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from artic_perception.branch import Branch

LEAST_PX = 1.0
STILL = 1e-4


@dataclass(frozen=True, slots=True)
class Content:
    """What is in view, as far as the last boxes tell."""

    sizes: tuple[float, ...] = ()
    """sqrt(area) of each box, as a share of the frame's longer side."""
    speed: float = 0.0
    """How far a box moves from a frame to the next, in its own sizes; the mean."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Of one detector."""

    top: float
    middle: float
    """log2 of the pixels at which half of the top is found."""
    width: float

    def at(self, px: float) -> float:
        """Share of the objects of that size that are found, 0..1."""
        slope = (math.log2(max(LEAST_PX, px)) - self.middle) / max(self.width, 1e-3)
        return self.top / (1.0 + math.exp(-min(50.0, max(-50.0, slope))))


@dataclass(frozen=True, slots=True)
class Survival:
    """Of one way to carry boxes along."""

    age: float
    """a: what is lost per frame whatever happens."""
    drift: float
    """d: how much of what moved is not followed; 1 where nothing is."""

    def at(self, frames: int, speed: float) -> float:
        """Share of the boxes that still hold so many frames after, 0..1."""
        return math.exp(-min(50.0, self.age * frames + (self.drift * speed * frames) ** 2))


UNKNOWN = Content((0.15,), 0.02)
"""Before anything was seen: things of a seventh of the frame that move a little."""
_NOTHING = Survival(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of all branches of a profile."""

    recalls: Mapping[str, Recall]
    """By the detector's name."""
    survivals: Mapping[str, Survival]
    """By the name of the way to carry."""

    def of(self, branch: Branch, content: Content) -> float:
        """Share of the objects that have a true box, mean over a group, 0..1."""
        recall = self.recalls[branch.detector.name]
        sizes = content.sizes or UNKNOWN.sizes
        found = sum(recall.at(size * branch.detector.size_px) for size in sizes) / len(sizes)
        survival = self.survivals.get(branch.carrying, _NOTHING)
        speed = max(STILL, content.speed)
        held = sum(survival.at(k, speed) for k in range(branch.interval)) / branch.interval
        return found * held
