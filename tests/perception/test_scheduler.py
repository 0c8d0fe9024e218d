"""Twin of `artic_perception.scheduler`: down at once, up with care, and never without an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_perception.accuracy import Content
from artic_perception.scheduler import REFRESH_S, Decision, Scheduler, Why
from artic_perception.slo import Slo
from tests.perception.made import PROFILE

CONTENT = Content((0.1, 0.1), 0.03)


class Machine:
    """That is so many times slower than the profile's, with a frame every 100 ms."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.slower = 1.0
        self.now = 0.0

    def frame(self) -> tuple[Decision, float]:
        """One; what was decided and what it took."""
        decision = self.scheduler.decide(CONTENT, now=self.now)
        name = decision.branch.detector.name
        carry_s = 0.0 if decision.branch.carrying == "hold" else 0.001
        took_s = self.slower * (PROFILE.detect_s[name] if decision.detect else carry_s)
        self.now += max(0.1, took_s)
        self.scheduler.on_latency(decision, took_s, now=self.now)
        return decision, took_s

    def frames(self, count: int) -> list[tuple[Decision, float]]:
        """Some."""
        return [self.frame() for _ in range(count)]


def test_a_profile_without_branches_is_refused() -> None:
    with pytest.raises(ValueError, match="without branches"):
        Scheduler(replace(PROFILE, branches=()), Slo(0.1))


def test_the_first_frame_is_detected() -> None:
    decision = Scheduler(PROFILE, Slo(0.1)).decide(CONTENT, now=0.0)
    assert decision.detect and decision.why is Why.FIRST and not decision.stale


def test_on_a_quiet_machine_with_time_the_best_is_taken() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.1)))
    decision, _ = machine.frames(50)[-1]
    assert decision.branch.detector.size_px == 640


def test_a_slower_machine_is_met_within_a_second() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.05)))
    machine.frames(50)
    machine.slower = 8.0
    machine.frames(20)
    groups = _groups(machine.frames(100))
    assert sum(one > 0.05 for one in groups) / len(groups) <= 0.1


def test_after_a_noise_it_comes_back() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.05)))
    best = machine.frames(60)[-1][0].branch
    machine.slower = 8.0
    assert machine.frames(40)[-1][0].branch != best
    machine.slower = 1.0
    assert machine.frames(150)[-1][0].branch == best


def test_a_smaller_budget_is_kept_once_the_last_detection_is_paid_off() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.2)))
    before = machine.frames(21)[-1][0].branch
    machine.scheduler.set_slo(Slo(0.006))
    after, _ = machine.frames(20)[-1]
    assert after.branch != before and after.bound_s <= 0.006 or after.stale


def test_where_nothing_fits_boxes_are_carried_and_checked_now_and_then() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.0001)))
    decisions = [decision for decision, _ in machine.frames(100)]
    detected = sum(decision.detect for decision in decisions)
    assert all(decision.stale for decision in decisions)
    assert 1 <= detected <= 2 + 10.0 / REFRESH_S


def test_what_is_new_while_a_detection_is_paid_off_is_looked_at_right_after() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.02)))
    branch = machine.frames(60)[-1][0].branch
    while not machine.frame()[0].detect:
        pass
    number = 0
    while True:
        decision = machine.scheduler.decide(CONTENT, now=machine.now, surprise=number == 0)
        number += 1
        if decision.detect:
            break
        assert decision.why is Why.DEBT
        machine.now += 0.1
        machine.scheduler.on_latency(decision, 0.001, now=machine.now)
    owed = PROFILE.detect_s[branch.detector.name] / 0.02
    assert decision.why is Why.NEW and owed <= number < branch.interval


def test_a_group_that_took_too_long_goes_on_until_its_mean_keeps_the_budget() -> None:
    machine = Machine(Scheduler(PROFILE, Slo(0.05)))
    machine.frames(50)
    while not machine.frame()[0].detect:
        pass
    machine.slower = 8.0
    groups = _groups(machine.frames(80))
    assert len(groups) > 2 and max(groups[1:-1]) <= 0.05


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.2, 30), st.floats(0.002, 1.0)), min_size=1, max_size=20),
    st.lists(st.floats(0, 1), max_size=5).map(tuple),
    st.floats(0, 1),
)
def test_whatever_happens_there_is_a_branch_of_the_profile(
    moments: list[tuple[float, float]], sizes: tuple[float, ...], speed: float
) -> None:
    scheduler, now = Scheduler(PROFILE, Slo(0.1)), 0.0
    for slower, budget_s in moments:
        scheduler.set_slo(Slo(budget_s))
        decision = scheduler.decide(Content(sizes, speed), now=now)
        assert decision.branch in PROFILE.branches
        took_s = slower * PROFILE.detect_s[decision.branch.detector.name]
        now += took_s
        scheduler.on_latency(decision, took_s, now=now)


def _groups(frames: list[tuple[Decision, float]]) -> list[float]:
    groups: list[list[float]] = []
    for decision, took_s in frames:
        if decision.detect or not groups:
            groups.append([])
        groups[-1].append(took_s)
    return [sum(one) / len(one) for one in groups]
