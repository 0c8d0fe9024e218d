"""What was measured of the branches on one machine: plain data, and what it means.

Base times are medians on the quiet machine; what the machine is like now is `slowdown.py`'s. Which
branches are worth having is decided once: those that no other beats in time and accuracy on any of
the contents that were profiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from artic_perception.accuracy import Accuracy, Content, Reached, Recall, Survival
from artic_perception.branch import HOLD, Branch, Detector


@dataclass(frozen=True, slots=True)
class Carrying:
    """Time that carrying boxes along takes: a + b·boxes."""

    frame_s: float
    box_s: float = 0.0

    def base_s(self, boxes: int) -> float:
        """For one frame."""
        return self.frame_s + self.box_s * boxes


@dataclass(frozen=True, slots=True)
class Profile:
    """Of one machine, one set of detectors."""

    machine: str
    """What it was measured on: processor and cores. Another one needs another profile."""
    detect_s: Mapping[str, float]
    """Median time by detector name, the picture's scaling included."""
    carry_s: Mapping[str, Carrying]
    """By the name of the way to carry; `HOLD` takes nothing."""
    recalls: Mapping[str, Recall]
    survivals: Mapping[str, Survival]
    branches: tuple[Branch, ...]
    """Those that are worth having."""
    made_by: str = ""
    """Version and settings, for people."""
    detectors: tuple[Detector, ...] = field(default=())
    reached: Mapping[str, Reached] = field(default_factory=dict)
    """By the branch's name, on the film that was profiled; see `reaching.py`."""
    trust: float = 1.0
    """In the model, where content differs from that film's."""

    @property
    def accuracy(self) -> Accuracy:
        """The model of it."""
        known = [branch for branch in self.branches if branch.name in self.reached]
        usual = max(known, key=lambda one: self.reached[one.name].mean, default=None)
        return Accuracy(self.recalls, self.survivals, self.reached, self.trust, usual)

    def detection_s(self, branch: Branch) -> float:
        """Base time of its detection."""
        return self.detect_s[branch.detector.name]

    def carrying_s(self, branch: Branch, boxes: int) -> float:
        """Base time of one of its other frames."""
        return 0.0 if branch.carrying == HOLD else self.carry_s[branch.carrying].base_s(boxes)

    def group_s(self, branch: Branch, boxes: int) -> float:
        """Base time of a whole group."""
        rest = branch.interval - 1
        return self.detection_s(branch) + rest * self.carrying_s(branch, boxes)


def worth_having(
    candidates: Iterable[Branch], profile: Profile, contents: Sequence[Content], boxes: int = 4
) -> tuple[Branch, ...]:
    """Those on the front of mean time and accuracy for one of ``contents`` at least."""
    accuracy, kept = profile.accuracy, set()
    branches = sorted(set(candidates))
    for content in contents:
        rated = accuracy.on(content)
        ranked = sorted(
            branches,
            key=lambda one: (
                profile.group_s(one, boxes) / one.interval,
                -rated(one),
                one,
            ),
        )
        best = -1.0
        for branch in ranked:
            value = rated(branch)
            if value > best:
                best = value
                kept.add(branch)
    return tuple(sorted(kept))
