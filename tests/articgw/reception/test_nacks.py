"""Asked at once, asked again a round trip later, and not for ever."""

from __future__ import annotations

import pytest

from articgw.reception.nacks import (
    FIRST_RTT_S,
    GIVE_UP_S,
    MAX_MISSING,
    SILENCE_S,
    SLACK_S,
    NackSchedule,
)


def arrived(*numbers: int) -> NackSchedule:
    schedule = NackSchedule()
    for number in numbers:
        schedule.on_packet(number, now=0.0)
    return schedule


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((1, 2, 3), []),
        ((1, 4), [2, 3]),
        ((65_534, 1), [65_535, 0]),
        ((5, 4, 6), []),
        ((1, 4, 3), [2]),
        ((1, 1 + MAX_MISSING + 2), []),
    ],
)
def test_what_is_missing_is_asked_for_at_once(numbers: tuple[int, ...], missing: list[int]) -> None:
    assert arrived(*numbers).due(now=0.0) == missing


def test_a_new_gap_is_told_to_the_caller() -> None:
    schedule = NackSchedule()
    assert [schedule.on_packet(n, now=0.0) for n in (1, 2, 5, 6, 3)] == [0, 0, 1, 0, 0]


def test_it_is_asked_again_after_a_round_trip_then_each_half_until_it_is_of_no_use() -> None:
    schedule = arrived(1, 3)
    asked = []
    for step in range(200):
        now = step * 0.01
        if schedule.due(now=now):
            asked.append(now)
    assert asked[0] == 0.0
    gaps = [b - a for a, b in zip(asked, asked[1:], strict=False)]
    first, *later = gaps
    assert first == pytest.approx(FIRST_RTT_S + SLACK_S, abs=0.011)
    assert all(gap == pytest.approx(FIRST_RTT_S / 2, abs=0.011) for gap in later)
    assert asked[-1] <= GIVE_UP_S


def test_the_round_trip_is_learned_from_repeats() -> None:
    schedule = NackSchedule()
    for n in range(0, 200, 2):
        now = n / 10
        schedule.on_packet(n, now=now)
        schedule.due(now=now)
        schedule.on_packet((n - 1) & 0xFFFF, now=now + 0.05)
    assert schedule.rtt_s == pytest.approx(0.05, rel=0.05)


def test_what_the_frames_have_passed_is_forgotten() -> None:
    schedule = arrived(65_530, 4)
    schedule.forget_before(2)
    assert schedule.due(now=0.0) == [2, 3]


def test_a_sender_that_leaves_gap_after_gap_does_not_fill_the_memory() -> None:
    schedule = NackSchedule()
    for number in range(0, 60_000, 500):
        schedule.on_packet(number, now=0.0)
    assert len(schedule.due(now=0.0)) <= MAX_MISSING
    assert len(schedule._missing) <= MAX_MISSING


def test_what_was_lost_while_the_link_was_gone_is_let_go() -> None:
    schedule = arrived(1, 3)
    schedule.on_packet(60, now=SILENCE_S + 0.1)
    assert schedule.due(now=SILENCE_S + 0.1) == [] and schedule.given_up == 1
    schedule.on_packet(62, now=SILENCE_S + 0.2)
    assert schedule.due(now=SILENCE_S + 0.2) == [61]
