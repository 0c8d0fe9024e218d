"""How good a branch's boxes will be on what is in view now.

    A(branch) = recall(detector, height of objects in its picture) · mean over the group of survival

    recall    = top / (1 + exp(-(log2(px) - middle) / width))      px: sqrt(box area) in its picture
    survival  = exp(-(a·k + (d·v·k)²))     k frames after the detection, v sizes moved per frame

Both are shares of objects with a box that overlaps the true one by half. They factorise because the
first is about the picture that was looked at and the second about what happened since, so a few
dozen measured numbers tell of mixes that were never measured. The forms are ours; ApproxDet learns
a regression tree over the branch's settings instead, and nothing of the content.

Where branches were replayed on a film, that is what counts, and this moves it (`reaching.py`).

What boxes lose by their age comes off either (`ageing.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import copysign

from artic_perception.ageing import COST, Gone
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


@dataclass(frozen=True, slots=True)
class Reached:
    """Of one branch, on the film that it was profiled on."""

    mean: float
    """Average precision over the whole film."""
    foretold: float
    """What the model says of the film, mean over its scenes."""


DOUBT = 0.05
"""By less than that no branch becomes better or worse than another for what is in view: what is
foretold of two branches is as far off."""
UNKNOWN = Content((0.15,), 0.02)
"""Before anything was seen: things of a seventh of the frame that move a little."""
_NOTHING = Survival(0.0, 1.0)


def _steady(_: Branch) -> Gone:
    return Gone()


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of all branches of a profile."""

    recalls: Mapping[str, Recall]
    """By the detector's name."""
    survivals: Mapping[str, Survival]
    """By the name of the way to carry."""
    reached: Mapping[str, Reached] = field(default_factory=dict)
    """By the branch's name; of one that is not in it, the model alone is known."""
    trust: float = 1.0
    """In what the model says of other content than that of the film, 0..1."""
    usual: Branch | None = None
    """The one that reached most there: others are compared with it."""

    def of(self, branch: Branch, content: Content) -> float:
        """How right its boxes are, mean over a group; to compare with that of others."""
        return self.on(content)(branch)

    def on(
        self, content: Content, gone: Callable[[Branch], Gone] = _steady
    ) -> Callable[[Branch], float]:
        """`of` any branch, where many are asked about: what they share is worked out once.

        ``gone``: what goes by of the film with a branch's detection and with a carried frame.
        """
        sizes, speed = content.sizes or UNKNOWN.sizes, max(STILL, content.speed)
        found: dict[str, float] = {}
        held: dict[str, list[float]] = {}

        def foretold(branch: Branch) -> float:
            detector, frames = branch.detector.name, branch.interval
            if detector not in found:
                recall, side = self.recalls[detector], branch.detector.size_px
                found[detector] = sum(recall.at(size * side) for size in sizes) / len(sizes)
            sums = held.setdefault(branch.carrying, [0.0])
            while len(sums) <= frames:
                survival = self.survivals.get(branch.carrying, _NOTHING)
                sums.append(sums[-1] + survival.at(len(sums) - 1, speed))
            return found[detector] * sums[frames] / frames

        def moved(branch: Branch) -> float:
            return self.trust * (foretold(branch) - self.reached[branch.name].foretold)

        usual = moved(self.usual) if self.usual is not None else 0.0

        def of(branch: Branch) -> float:
            lost = COST * gone(branch).age(branch.interval)
            known = self.reached.get(branch.name)
            if known is None:
                return foretold(branch) - lost
            more = moved(branch) - usual
            return known.mean + copysign(max(0.0, abs(more) - DOUBT), more) - lost

        return of
