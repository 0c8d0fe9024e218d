"""Which branch now: the most accurate that keeps the requirement on this machine as it is.

    frame ─▶ is a detection due? ── no ──▶ carry the boxes along
                    │ yes
                    ▼
    content, s, k ─▶ of the branches whose L fits ─▶ the most accurate ─▶ switch? ─▶ Decision

Down at once, where the present branch fits no longer. Up when it is worth it, with room, after a
dwell that doubles with each step up that had to be taken back. A detection that took longer than
was foreseen is paid off where the requirement is amortised: its group goes on until the mean fits
again. So there the mean of the last seconds is what is foreseen, and a step up needs no room.
Something new in view ends a group as soon as its detection is paid off. Where not even the
cheapest branch fits, boxes are carried and marked stale, with a detection now and then: boxes that
nobody checks are worth nothing.

ApproxDet's scheduler chooses the same way (most accurate under a budget) every eight frames, from
sensed levels of contention, with a constant of 1.3 for what is unforeseen and neither dwell nor
debt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from artic_perception.accuracy import Content
from artic_perception.ageing import Gone, Pace
from artic_perception.branch import Branch
from artic_perception.profile import Profile
from artic_perception.slo import Kind, Slo
from artic_perception.slowdown import Slowdown

DWELL_S, MOST_DWELL_S = 0.5, 8.0
TRIAL_S = 2.0
"""A step up that holds so long was right."""
GAIN, ROOM = 0.005, 0.9
"""A step up brings so much accuracy at least, and leaves so much of the budget, where what takes
longer is not paid off."""
USUAL_BOXES = 4
"""What branches are put in order with, cheapest first."""
OWN_S = 0.0003
"""What a decision takes, charged to each; and a switch, whose first run is slower by it."""
SWITCH_S = 0.002
REFRESH_S = 1.0
"""Between detections that are made although nothing fits."""
DEBT, LEAST_DEBT_FRAMES = 4.0, 32
"""A group goes on to pay off its detection for so many of its intervals at most, or frames where
those are more: boxes that nobody checks are worth less than a budget that is kept."""


class Why(StrEnum):
    """Reason of a `Decision`."""

    FIRST = "first"
    CARRY = "not due"
    DEBT = "the detection is being paid off"
    SAME = "still the best"
    BETTER = "a better one fits"
    SLOWER = "the machine is slower"
    CHEAPER = "as good, for less"
    SLO = "another requirement"
    NEW = "something new in view"
    SHED = "nothing fits"


@dataclass(frozen=True, slots=True)
class Decision:
    """About one frame."""

    branch: Branch
    detect: bool
    stale: bool
    """No branch fits: boxes are carried until there is time."""
    bound_s: float
    """What the frame, or its group's mean, is expected to stay within."""
    why: Why


class _Fits(NamedTuple):
    """A branch that keeps the budget."""

    branch: Branch
    right: float
    """A(b)."""
    bound_s: float
    """L(b)."""


class Scheduler:
    """Of one film. Raises ``ValueError`` for a profile without branches."""

    def __init__(self, profile: Profile, slo: Slo, slowdown: Slowdown | None = None) -> None:
        if not profile.branches:
            raise ValueError("a profile without branches")
        self.slowdown = slowdown or Slowdown()
        self._profile, self._accuracy = profile, profile.accuracy
        self._branches = sorted(
            profile.branches, key=lambda one: profile.group_s(one, USUAL_BOXES) / one.interval
        )
        self._slo = slo
        self._slo_changed = False
        self._branch: Branch | None = None
        self._frames = 0
        self._group_s = 0.0
        self._bound_s = 0.0
        self._shed = False
        self._surprised = False
        self._detected_t = 0.0
        self._switched_t = 0.0
        self._risen_t: float | None = None
        self._dwell_s = DWELL_S
        self._boxes = 0
        self._pace = Pace()

    @property
    def slo(self) -> Slo:
        """The requirement."""
        return self._slo

    def set_slo(self, slo: Slo) -> None:
        """From the next frame on."""
        self._slo_changed = self._slo_changed or slo != self._slo
        self._slo = slo

    def decide(self, content: Content, *, now: float, surprise: bool = False) -> Decision:
        """About the frame that is here now. ``surprise``: something in it is new."""
        self._boxes = len(content.sizes)
        self._pace.on_frame(now=now)
        self._surprised = surprise = surprise or self._surprised
        if self._branch is None:
            return self._detect(self._best(self._fitting(content, now)), Why.FIRST, now)
        over = self._slo_changed and self._bound_s > self._slo.budget_s
        if not (over or self._is_due(surprise)):
            return self._carry(Why.SHED if self._shed else Why.CARRY, now)
        if self._owes(now):
            return self._carry(Why.DEBT, now)
        self._settle()
        changed, self._slo_changed = self._slo_changed, False
        fitting = self._fitting(content, now)
        best = self._best(fitting)
        if best is None:
            return self._nothing_fits(now)
        branch, why = self._chosen(best, fitting, now, changed=changed)
        if surprise and why is Why.SAME:
            why = Why.NEW
        return self._detect(branch, why, now)

    def on_latency(self, decision: Decision, took_s: float, *, now: float) -> None:
        """What it took to do as was decided; carrying and detecting alike."""
        base_s = self._stage_s(decision.branch, decision.detect)
        self.slowdown.on_stage(base_s, took_s, now=now)
        self._group_s += took_s
        if self._slo.kind is not Kind.AMORTISED and decision.detect:
            self.slowdown.on_outcome(took_s > decision.bound_s, self._slo.miss_share)

    @property
    def _most_s(self) -> float:
        """What a step up may be expected to take."""
        return self._slo.budget_s * (1.0 if self._slo.kind is Kind.AMORTISED else ROOM)

    def _stage_s(self, branch: Branch, detect: bool) -> float:
        profile = self._profile
        return profile.detection_s(branch) if detect else profile.carrying_s(branch, self._boxes)

    def _bound_of(self, branch: Branch, now: float) -> float:
        """L of what the requirement is about."""
        within_s = self.slowdown.within_s
        if self._slo.kind is Kind.AMORTISED:
            base_s = self._profile.group_s(branch, self._boxes)
            return within_s(base_s, now=now, parts=branch.interval, paid=True) + OWN_S
        return within_s(self._profile.detection_s(branch), now=now) + OWN_S

    def _fitting(self, content: Content, now: float) -> list[_Fits]:
        """Cheapest first."""
        budget_s = self._slo.budget_s
        rated = self._accuracy.on(content, self._passing(now))
        bounds = ((one, self._bound_of(one, now)) for one in self._branches)
        return [_Fits(one, rated(one), bound_s) for one, bound_s in bounds if bound_s <= budget_s]

    def _passing(self, now: float) -> Callable[[Branch], Gone]:
        """What goes by of the film, as fast as it comes and as slow as the machine is now."""
        slow, boxes, profile = self.slowdown.factor(now=now, paid=True), self._boxes, self._profile
        frame_s = self._pace.frame_s
        return lambda one: Gone.during(
            slow * profile.detection_s(one), slow * profile.carrying_s(one, boxes), frame_s
        )

    def _best(self, fitting: Sequence[_Fits]) -> Branch | None:
        """Of those that are as right to a thousandth the cheapest."""
        best = max(fitting, key=lambda one: round(one.right, 3), default=None)
        return best.branch if best is not None else None

    def _chosen(
        self, best: Branch, fitting: Sequence[_Fits], now: float, *, changed: bool
    ) -> tuple[Branch, Why]:
        assert self._branch is not None
        if best == self._branch:
            self._trust(now)
            return best, Why.SAME
        if changed or self._shed:
            return self._to(best, Why.SLO if changed else Why.BETTER, now)
        present = next((one for one in fitting if one.branch == self._branch), None)
        if present is None:
            if self._risen_t is not None and now - self._risen_t < TRIAL_S:
                self._dwell_s = min(MOST_DWELL_S, 2 * self._dwell_s)
            self._risen_t = None
            return self._to(best, Why.SLOWER, now)
        self._trust(now)
        roomy = [
            one
            for one in fitting
            if one.right >= present.right + GAIN
            and one.bound_s + SWITCH_S / one.branch.interval <= self._most_s
        ]
        if not roomy or now - self._switched_t < self._dwell_s:
            return self._branch, Why.SAME
        return self._rise(self._best(roomy) or best, now)

    def _rise(self, branch: Branch, now: float) -> tuple[Branch, Why]:
        self._risen_t = now
        return self._to(branch, Why.BETTER, now)

    def _to(self, branch: Branch, why: Why, now: float) -> tuple[Branch, Why]:
        self._switched_t = now
        return branch, why

    def _trust(self, now: float) -> None:
        if self._risen_t is not None and now - self._risen_t >= TRIAL_S:
            self._risen_t, self._dwell_s = None, DWELL_S

    def _is_due(self, surprise: bool) -> bool:
        assert self._branch is not None
        return self._shed or surprise or self._frames >= self._branch.interval

    def _owes(self, now: float) -> bool:
        """May the group not end here, because its mean is still above the budget?"""
        assert self._branch is not None
        most = max(LEAST_DEBT_FRAMES, DEBT * self._branch.interval)
        if self._slo.kind is not Kind.AMORTISED or self._shed or self._frames >= most:
            return False
        return self._group_s > self._slo.budget_s * self._frames

    def _settle(self) -> None:
        """The group is over."""
        if self._slo.kind is Kind.AMORTISED and not (self._shed or self._slo_changed):
            missed = self._group_s > self._slo.budget_s * self._frames
            self.slowdown.on_outcome(missed, self._slo.miss_share)

    def _nothing_fits(self, now: float) -> Decision:
        cheapest = min(self._profile.branches, key=lambda one: self._profile.detection_s(one))
        self._branch, self._shed = cheapest, True
        if now - self._detected_t >= REFRESH_S:
            return self._detect(cheapest, Why.SHED, now, shed=True)
        return self._carry(Why.SHED, now)

    def _detect(
        self, branch: Branch | None, why: Why, now: float, *, shed: bool = False
    ) -> Decision:
        if branch is None:
            branch, shed = min(self._profile.branches, key=self._profile.detection_s), True
        self._branch, self._shed, self._surprised = branch, shed, False
        self._frames, self._group_s = 1, OWN_S
        self._bound_s = self._bound_of(branch, now)
        self._detected_t = now
        return Decision(branch, True, shed, self._bound_s, why)

    def _carry(self, why: Why, now: float) -> Decision:
        assert self._branch is not None
        self._frames += 1
        return Decision(self._branch, False, self._shed, self._bound_s, why)
