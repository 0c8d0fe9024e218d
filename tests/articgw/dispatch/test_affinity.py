"""A promise with an end."""

from __future__ import annotations

from articgw.dispatch.affinity import MAX_SESSIONS, TTL_S, Affinity


def test_it_holds_for_one_server_and_for_a_while() -> None:
    affinity = Affinity()
    affinity.on_answer("s", 1, 256, now=0.0)
    assert affinity.cached("s", 1, now=TTL_S - 1) == 256
    assert affinity.cached("s", 0, now=0.0) == affinity.cached("t", 1, now=0.0) == 0
    assert affinity.cached("s", 1, now=TTL_S) == 0


def test_nobodys_questions_are_not_remembered_and_the_oldest_are_forgotten() -> None:
    affinity = Affinity()
    affinity.on_answer("", 0, 9, now=0.0)
    assert affinity.cached("", 0, now=0.0) == 0
    for number in range(MAX_SESSIONS + 1):
        affinity.on_answer(f"s{number}", 0, 9, now=0.0)
    assert affinity.cached("s0", 0, now=0.0) == 0 and affinity.cached("s1", 0, now=0.0) == 9
