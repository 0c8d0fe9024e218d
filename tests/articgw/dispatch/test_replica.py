"""A small window, a breaker, and hope for who has not been asked lately."""

from __future__ import annotations

from articgw.dispatch.question import Question
from articgw.dispatch.replica import LONGEST_PAUSE_S, STALE_S, Attempt, Replica

QUESTION = Question(1, "s", 0.0, 10.0, visual_tokens=300)


def attempt(**fields: float) -> Attempt:
    return Attempt(QUESTION, 0.0, 400, expected_s=2.0, first_s=0.5, **fields)  # type: ignore[arg-type]


def seen(replica: Replica) -> Replica:
    """It has answered."""
    replica.observe(uncached=400, output=0, took_s=0.5, now=0.0)
    return replica


def test_one_place_is_for_short_questions() -> None:
    replica = seen(Replica(window=2, running={1: attempt()}))
    assert replica.has_room(is_long=False) and not replica.has_room(is_long=True)
    assert seen(Replica(window=1)).has_room(is_long=True)


def test_one_long_prompt_is_read_at_a_time_and_short_ones_go_beside_it() -> None:
    replica = seen(Replica(window=4, running={1: Attempt(QUESTION, 0.0, 4000, 2.0, 0.5)}))
    assert not replica.has_room(is_long=True) and replica.has_room(is_long=False)
    replica.running[1].begun = True
    assert replica.has_room(is_long=True)


def test_who_was_never_seen_is_tried_by_one() -> None:
    replica = Replica()
    assert replica.has_room(is_long=False)
    replica.running[1] = attempt()
    assert not replica.has_room(is_long=False)
    assert seen(replica).has_room(is_long=False)


def test_pauses_double_and_end_with_an_answer() -> None:
    replica, pauses = Replica(), []
    for _ in range(8):
        replica.failed(now=0.0, retry_after_s=None)
        pauses.append(replica.closed_until_t)
    assert pauses[:3] == [1.0, 2.0, 4.0] and pauses[-1] == LONGEST_PAUSE_S
    assert not replica.admits(now=29.0) and replica.admits(now=30.0)
    replica.running[1] = attempt()
    assert not replica.admits(now=30.0)
    replica.observe(uncached=1, output=0, took_s=0.1, now=31.0)
    assert replica.admits(now=31.0)


def test_a_server_that_says_when_is_believed() -> None:
    replica = Replica()
    replica.failed(now=0.0, retry_after_s=45.0)
    assert replica.closed_until_t == 45.0


def test_prompts_that_are_being_read_stand_before_the_next() -> None:
    idle, busy = Replica(), Replica(running={1: attempt()})
    assert busy.first_s(100, now=0.0) > idle.first_s(100, now=0.0)
    busy.running[1].begun = True
    assert busy.first_s(100, now=0.0) == idle.first_s(100, now=0.0)
    assert busy.free_in_s(now=0.5) == 1.5 and idle.free_in_s(now=0.5) == 0.0


def test_who_was_slow_long_ago_gets_another_chance() -> None:
    replica = Replica()
    for _ in range(20):
        replica.observe(uncached=400, output=0, took_s=4.0, now=0.0)
    then, later = (replica.first_s(400, now=t) for t in (STALE_S, 4 * STALE_S))
    assert 7.0 < then / later < 9.0
