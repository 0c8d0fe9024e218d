"""Who chooses: ours and what it is without one of its parts, fixed branches, and simpler rules.

ours              `artic_perception.scheduler`
no content        ours, which takes every picture for the same
no sensor         ours, which takes the machine for quiet
no margin         ours, with a constant margin of 30 % (ApproxDet's) instead of a learned one
no hysteresis     ours, which goes up as soon as something better fits
size rule         TOD (ICFEC 2021): the smallest picture that the things in view are large enough
                  for; knows nothing of time
additive          one branch up a ladder after each group within the budget, half the ladder down
                  after one above: latency alone
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from artic_perception import Detections
from artic_perception.accuracy import UNKNOWN, Content
from artic_perception.branch import HOLD, Branch
from artic_perception.content import ContentSense
from artic_perception.profile import Profile
from artic_perception.scheduler import Decision, Scheduler
from artic_perception.scheduler import Why as Reason
from artic_perception.slo import Slo
from artic_perception.slowdown import Slowdown
from tests.bench._perception_approxdet import ApproxDet
from tests.bench._perception_films import SIZE_PX

ASPECT = SIZE_PX[0] / SIZE_PX[1]
CONSTANT_MARGIN = 1.3
FOUND = 0.9
"""Of the most that a detector ever finds: what the size rule asks for."""
SIZE_RULE_INTERVAL = 4


class Ours:
    """The scheduler, with what feeds it."""

    def __init__(
        self,
        profile: Profile,
        budget_s: float,
        *,
        knows_content: bool = True,
        slowdown: Slowdown | None = None,
        scheduler: type[Scheduler] = Scheduler,
    ) -> None:
        self.decided_s: list[float] = []
        """What each decision took, for real."""
        self.decisions: list[Decision] = []
        self._scheduler = scheduler(profile, Slo(budget_s), slowdown)
        self._sense = ContentSense(ASPECT)
        self._knows_content = knows_content
        self._frames = 0
        self._lost = False

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """See `Policy`."""
        began = time.perf_counter()
        content = UNKNOWN
        if self._knows_content and self.decisions:
            content = self._content(seen, 1 + skipped, cut)
        decision = self._scheduler.decide(content, now=now, surprise=cut)
        self.decided_s.append(time.perf_counter() - began)
        self.decisions.append(decision)
        return decision.branch, decision.detect

    def _content(self, seen: Detections, frames: int, cut: bool) -> Content:
        """Boxes that are held tell nothing of speed until a detector looks again.

        And those that are carried into another scene tell nothing at all.
        """
        self._frames += frames
        before = self.decisions[-1]
        self._lost = cut or (self._lost and not before.detect)
        if self._lost:
            return self._sense.on_cut()
        if before.branch.carrying == HOLD and not before.detect:
            return self._sense.content
        frames, self._frames = self._frames, 0
        return self._sense.on_boxes(seen, frames=frames)

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """See `Policy`."""
        self._scheduler.on_latency(self.decisions[-1], took_s, now=now)

    def set_budget(self, budget_s: float) -> None:
        """See `Policy`."""
        if budget_s != self._scheduler.slo.budget_s:
            self._scheduler.set_slo(Slo(budget_s))


class Unaware(Slowdown):
    """The machine is quiet, whatever it takes."""

    def factor(self, *, now: float, paid: bool = False) -> float:
        """Always the profile's."""
        return 1.0


class ConstantMargin(Slowdown):
    """What is foreseen, and 30 %."""

    def within_s(self, base_s: float, *, now: float, parts: int = 1, paid: bool = False) -> float:
        """Nothing is learned from misses."""
        return CONSTANT_MARGIN * self.factor(now=now, paid=paid) * base_s / parts


class Eager(Scheduler):
    """Goes to the best at every group."""

    def _chosen(
        self, best: Branch, fitting: Sequence[Any], now: float, *, changed: bool
    ) -> tuple[Branch, Reason]:
        same = best == self._branch
        return best, Reason.SAME if same else Reason.BETTER


class Fixed:
    """One branch."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._frames = 0

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """See `Policy`."""
        detect = self._frames % self._branch.interval == 0
        self._frames += 1
        return self._branch, detect

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """Nothing is learned."""

    def set_budget(self, budget_s: float) -> None:
        """Nothing is kept."""


class _Groups:
    """A choice at the begin of each group."""

    def __init__(self) -> None:
        self._branch: Branch | None = None
        self._took_s: list[float] = []

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """See `Policy`."""
        if self._branch is not None and len(self._took_s) < self._branch.interval:
            return self._branch, False
        self._branch = self._choose(seen)
        self._took_s = []
        return self._branch, True

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """See `Policy`."""
        self._took_s.append(took_s)

    def set_budget(self, budget_s: float) -> None:
        """See `Policy`."""

    def _choose(self, seen: Detections) -> Branch:
        raise NotImplementedError


class SizeRule(_Groups):
    """TOD."""

    def __init__(self, profile: Profile, carrying: str) -> None:
        super().__init__()
        self._profile, self._carrying = profile, carrying
        self._sense = ContentSense(ASPECT)

    def _choose(self, seen: Detections) -> Branch:
        sizes = sorted(self._sense.on_boxes(seen).sizes) or list(UNKNOWN.sizes)
        middle = sizes[len(sizes) // 2]
        detectors = sorted(self._profile.detectors, key=lambda one: one.size_px)
        fits = (
            one
            for one in detectors
            if self._profile.recalls[one.name].at(middle * one.size_px)
            >= FOUND * self._profile.recalls[one.name].top
        )
        return Branch(next(fits, detectors[-1]), SIZE_RULE_INTERVAL, self._carrying)


class Additive(_Groups):
    """Latency alone."""

    def __init__(self, profile: Profile, budget_s: float) -> None:
        super().__init__()
        self._ladder = ladder(profile)
        self._place = 0
        self._budget_s = budget_s

    def set_budget(self, budget_s: float) -> None:
        """See `Policy`."""
        self._budget_s = budget_s

    def _choose(self, seen: Detections) -> Branch:
        if self._took_s:
            fits = sum(self._took_s) / len(self._took_s) <= self._budget_s
            self._place = min(self._place + 1, len(self._ladder) - 1) if fits else self._place // 2
        return self._ladder[self._place]


class Released:
    """ApproxDet, told of a new requirement at once."""

    def __init__(self, approxdet: ApproxDet) -> None:
        self._approxdet = approxdet
        self._detect = True

    def decide(
        self, seen: Detections, *, now: float, skipped: int, cut: bool = False
    ) -> tuple[Branch, bool]:
        """See `Policy`."""
        branch, self._detect = self._approxdet.decide()
        return branch, self._detect

    def on_took(self, took_s: float, waited_s: float, *, now: float) -> None:
        """See `Policy`."""
        self._approxdet.on_latency(detect=self._detect, took_s=took_s)

    def set_budget(self, budget_s: float) -> None:
        """See `Policy`."""
        self._approxdet.budget_s = budget_s


def ladder(profile: Profile, content: Content = UNKNOWN, boxes: int = 4) -> Sequence[Branch]:
    """From the cheapest on, each one dearer and better than the one before."""
    kept, best = [], -math.inf
    for branch in sorted(
        profile.branches, key=lambda one: profile.group_s(one, boxes) / one.interval
    ):
        value = profile.accuracy.of(branch, content)
        if value > best:
            kept.append(branch)
            best = value
    return kept
