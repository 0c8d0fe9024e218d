"""Fairness, then classes, then slack."""

from __future__ import annotations

from articgw.dispatch.order import LONG_TOKENS, QUANTUM_TOKENS, URGENT_S, Fairness, is_long, rank
from articgw.dispatch.question import Question


def test_ranks() -> None:
    short = rank(ahead_tokens=0, uncached=300, slack_s=9.0)
    sooner = rank(ahead_tokens=0, uncached=300, slack_s=2.0)
    long = rank(ahead_tokens=0, uncached=9000, slack_s=3.0)
    urgent = rank(ahead_tokens=0, uncached=9000, slack_s=URGENT_S)
    greedy = rank(ahead_tokens=QUANTUM_TOKENS, uncached=300, slack_s=0.0)
    assert urgent < sooner < short < long < greedy
    assert is_long(LONG_TOKENS + 1) and not is_long(LONG_TOKENS)


def question(session: str, tokens: int) -> Question:
    return Question(1, session, 0.0, 1.0, visual_tokens=tokens)


def test_a_session_moves_on_by_its_pictures() -> None:
    fairness = Fairness()
    fairness.on_ask("a", open_sessions={"a"})
    fairness.on_start(question("a", 5000))
    fairness.on_ask("b", open_sessions={"a", "b"})
    assert fairness.ahead("a", open_sessions={"a", "b"}) == 0
    fairness.on_start(question("a", 1000))
    assert fairness.ahead("a", open_sessions={"a", "b"}) == 1000
    assert fairness.ahead("b", open_sessions={"a", "b"}) == 0
    fairness.on_start(question("b", 3000))
    assert fairness.ahead("b", open_sessions={"a", "b"}) == 2000


def test_who_was_away_has_saved_nothing() -> None:
    fairness = Fairness()
    fairness.on_ask("a", open_sessions={"a"})
    fairness.on_ask("b", open_sessions={"b"})
    fairness.on_start(question("b", 9000))
    fairness.on_ask("a", open_sessions={"a", "b"})
    fairness.on_start(question("a", 100))
    assert fairness.ahead("b", open_sessions={"a", "b"}) == 0
