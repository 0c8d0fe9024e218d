"""Twin of `artic_perception.slowdown`: up at once, down when the seconds agree, misses settle."""

from __future__ import annotations

import random

import pytest

from artic_perception.slowdown import FASTEST, LEAST, MEMORY_S, MOST, Slowdown


def fed(slowdown: Slowdown, factor: float, seconds: float, *, from_t: float = 0.0) -> float:
    """A stage of 10 ms every 50 ms; the time afterwards."""
    t = from_t
    while t < from_t + seconds:
        slowdown.on_stage(0.010, 0.010 * factor, now=t)
        t += 0.05
    return t


def test_nothing_known_is_the_machine_that_was_profiled() -> None:
    assert Slowdown().factor(now=0.0) == 1.0


def test_a_slower_machine_is_known_within_half_a_second() -> None:
    slowdown = Slowdown()
    t = fed(slowdown, 4.0, 0.5, from_t=fed(slowdown, 1.0, 5.0))
    assert slowdown.factor(now=t) > 3.5


def test_a_quiet_machine_is_believed_only_when_the_seconds_agree() -> None:
    slowdown = Slowdown()
    t = fed(slowdown, 1.0, 1.0, from_t=fed(slowdown, 5.0, 5.0))
    assert slowdown.factor(now=t) > 2.0
    t = fed(slowdown, 1.0, 1.2 * MEMORY_S, from_t=t)
    assert slowdown.factor(now=t) == pytest.approx(1.0, abs=0.2)


def test_where_it_is_paid_off_a_moment_counts_for_no_more_than_it_took() -> None:
    slowdown = Slowdown()
    t = fed(slowdown, 4.0, 0.5, from_t=fed(slowdown, 1.0, 5.0))
    assert slowdown.factor(now=t, paid=True) == pytest.approx(1.6, abs=0.2)
    assert slowdown.within_s(0.1, now=t, paid=True) < slowdown.within_s(0.1, now=t)


@pytest.mark.parametrize("took_s", [float("nan"), float("inf"), -1.0, 0.0])
def test_what_is_no_time_is_ignored(took_s: float) -> None:
    slowdown = Slowdown()
    slowdown.on_stage(0.01, took_s, now=0.0)
    slowdown.on_stage(took_s, 0.01, now=0.0)
    assert slowdown.factor(now=0.0) == 1.0


def test_a_machine_is_never_taken_for_far_faster_than_its_profile() -> None:
    slowdown = Slowdown()
    assert slowdown.factor(now=fed(slowdown, 0.01, 3.0)) == FASTEST


def test_own_waiting_counts_like_a_stage() -> None:
    slowdown = Slowdown()
    slowdown.on_wait(0.02, 0.06, now=0.0)
    assert slowdown.factor(now=0.0) == pytest.approx(4.0)


def test_a_clock_that_begins_anew_forgets_what_was() -> None:
    slowdown = Slowdown()
    fed(slowdown, 6.0, 3.0, from_t=100.0)
    slowdown.on_stage(0.01, 0.01, now=1.0)
    assert slowdown.factor(now=1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("spread", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("share", [0.05, 0.2])
def test_misses_settle_at_the_share_that_is_allowed_or_below(spread: float, share: float) -> None:
    slowdown, chance = Slowdown(), random.Random(3)
    missed, t = [], 0.0
    for _ in range(1500):
        took_s = 0.02 * chance.lognormvariate(0.0, spread)
        missed.append(took_s > slowdown.within_s(0.02, now=t))
        slowdown.on_outcome(missed[-1], share)
        slowdown.on_stage(0.02, took_s, now=t)
        t += 0.05
    assert sum(missed[300:]) / 1200 <= share + 0.02


def test_the_margin_stays_within_its_bounds() -> None:
    slowdown = Slowdown()
    for _ in range(1000):
        slowdown.on_outcome(True, 0.05)
    assert slowdown.margin == MOST
    for _ in range(3000):
        slowdown.on_outcome(False, 0.05)
    assert slowdown.margin == LEAST
