"""A policy over a tape, in virtual time: what each frame took, what was seen, who kept the budget.

    frame k is there at k / fps; the newest one is taken when the one before is done
    its time is what the stage took on the tape nearest to that moment
    a group is a detection and what was carried from it; its mean is what the budget is about

The film is its scored half, again and again; a scene follows on another inside it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from artic_perception import Detections
from artic_perception.branch import HOLD, Branch
from artic_perception.precision import Match, precision
from tests.bench._perception_boxes import Boxes
from tests.bench._perception_tapes import Tape

OWN_S = 0.0003
"""What a decision and the rest of a frame take, whoever decides."""
SETTLED_S = 2.0
"""How long after a rise a recovery is looked for."""


class Policy(Protocol):
    """Chooses frame by frame."""

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """The branch, and whether this frame is detected; the first one is.

        ``seen``: the boxes of the frame before, ``skipped``: frames that were dropped since;
        ``cut``: this frame is of another scene than that one.
        """

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """What that frame took, and how much of it was waiting."""

    def set_budget(self, budget_s: float) -> None:
        """From the next frame on."""


@dataclass(slots=True)
class Group:
    """A detection, and what was carried from it."""

    began_t: float
    budget_s: float
    branch: Branch
    took_s: list[float] = field(default_factory=list)

    @property
    def mean_s(self) -> float:
        """A frame."""
        return sum(self.took_s) / len(self.took_s)

    @property
    def missed(self) -> bool:
        """Above the budget."""
        return self.mean_s > self.budget_s


@dataclass(slots=True)
class Course:
    """What happened."""

    groups: list[Group] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    """Of each frame that was taken."""
    streamed: list[Match] = field(default_factory=list)
    """Of each frame that there was, with the boxes that were ready when it came."""
    end_t: float = 0.0

    @property
    def miss_share(self) -> float:
        """Of the groups."""
        return sum(group.missed for group in self.groups) / max(1, len(self.groups))

    @property
    def frames_s(self) -> np.ndarray:
        """What each frame took."""
        return np.array([one for group in self.groups for one in group.took_s])

    @property
    def switches_per_min(self) -> float:
        """Of branches."""
        pairs = zip(self.groups, self.groups[1:], strict=False)
        return 60 * sum(a.branch != b.branch for a, b in pairs) / max(1e-9, self.end_t)

    def row(self) -> dict[str, float]:
        """What is published of it."""
        frames_ms = 1000 * self.frames_s
        groups_ms = 1000 * np.array([group.mean_s for group in self.groups])
        out: dict[str, float] = {
            "ap": precision(self.matches), "streaming_ap": precision(self.streamed),
            "miss": self.miss_share,
            "miss_frames": float(np.mean([
                one > group.budget_s for group in self.groups for one in group.took_s
            ])),
            "switches_per_min": self.switches_per_min,
            "busy_share": float(frames_ms.sum() / 1000 / max(1e-9, self.end_t)),
        }  # fmt: skip
        for name, values in (("frame", frames_ms), ("group", groups_ms)):
            for part in (50, 95, 99):
                out[f"{name}_p{part}_ms"] = float(np.percentile(values, part))
        return out

    def recoveries_s(self, rises: Sequence[float]) -> list[float]:
        """From each rise to the first group that began after it and kept its budget."""
        out = []
        for rise in rises:
            after = [g for g in self.groups if rise <= g.began_t < rise + SETTLED_S]
            kept = [g.began_t - rise for g in after if not g.missed]
            if after:
                out.append(min(kept) if kept else SETTLED_S)
        return out


def replay(
    policy: Policy,
    tape: Tape,
    boxes: Boxes,
    budget_s: Callable[[int], float],
    frames: int,
    took: Callable[[str, float], tuple[float, float]] | None = None,
) -> Course:
    """``budget_s`` of the n-th frame. ``took`` instead of the tape, where something runs live."""
    film, course = boxes.film, Course()
    begin, length = film.half, len(film.frames) - film.half
    asked = took or tape.took
    t, number, seen, start, begun = 0.0, -1, Detections.none(), begin, 0
    ready: list[tuple[float, tuple[Branch, int, int] | None]] = [(0.0, None)]
    while True:
        newest = max(number + 1, int(t * film.fps))
        if newest >= frames:
            break
        t, skipped, number = max(t, newest / film.fps), newest - number - 1, newest
        at = begin + number % length
        policy.set_budget(budget_s(number))
        cut = number > 0 and boxes.cut(begin + (number - 1 - skipped) % length, at)
        branch, detect = policy.decide(seen, now=t, skipped=skipped, cut=cut)
        if detect:
            start, begun = at, number
            course.groups.append(Group(t, budget_s(number), branch))
            took_s, waited_s = asked(branch.detector.name, t)
        else:
            took_s, waited_s = (0.0, 0.0) if branch.carrying == HOLD else asked(branch.carrying, t)
        course.groups[-1].took_s.append(took_s + OWN_S)
        since = number - begun
        seen = boxes.at(branch, start, since)
        course.matches.append(boxes.match(branch, start, since, at))
        t += took_s + OWN_S
        ready.append((t, (branch, start, since)))
        policy.on_took(took_s + OWN_S, waited_s, now=t)
    course.end_t = t
    course.streamed = _streamed(boxes, ready, frames, begin, length)
    return course


def _streamed(
    boxes: Boxes,
    ready: Sequence[tuple[float, tuple[Branch, int, int] | None]],
    frames: int,
    begin: int,
    length: int,
) -> list[Match]:
    """At the end of each frame's time, with what is newest then (Li et al., ECCV 2020)."""
    out, place = [], 0
    for number in range(frames):
        shown_t = (number + 1) / boxes.film.fps
        while place + 1 < len(ready) and ready[place + 1][0] <= shown_t:
            place += 1
        what, truth = ready[place][1], begin + number % length
        if what is not None:
            out.append(boxes.match(*what, truth))
    return out
