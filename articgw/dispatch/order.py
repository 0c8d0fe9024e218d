"""Who is next: fairness between sessions, then short before long, then the least slack.

Fairness is start-time fair queueing on visual tokens (Goyal, Vin and Cheng, SIGCOMM 1996): each
session has a virtual time that its pictures move on, and a new one begins where the slowest is, so
that nobody saves up while away. Within a quantum of each other sessions are equal, and then what
matters is the deadline.
"""

from __future__ import annotations

from collections.abc import Iterable

from articgw.dispatch.question import Question

LONG_TOKENS = 1500
"""Uncached visual tokens above which a question is long: more than one picture of 720 lines."""
QUANTUM_TOKENS = 1000
"""One picture of 720 lines: so much one session may be ahead of another."""
URGENT_S = 1.0
"""A long question with less slack waits behind no short one."""


class Fairness:
    """What each session has had."""

    def __init__(self) -> None:
        self._had: dict[str, float] = {}

    def on_ask(self, session: str, *, open_sessions: Iterable[str]) -> None:
        """It has a question; only those who are still there are remembered."""
        there = {*open_sessions}
        self._had = {one: value for one, value in self._had.items() if one in there}
        self._had.setdefault(session, self.least(there))

    def on_start(self, question: Question) -> None:
        """Its pictures are being read."""
        self._had[question.session] = self._had.get(question.session, 0.0) + question.visual_tokens

    def ahead(self, session: str, *, open_sessions: Iterable[str]) -> float:
        """Tokens that it has had more than the session that has had least."""
        least = self.least(open_sessions)
        return max(0.0, self._had.get(session, least) - least)

    def least(self, sessions: Iterable[str]) -> float:
        """What the open session that has had least has had."""
        return min((self._had[one] for one in sessions if one in self._had), default=0.0)


def rank(*, ahead_tokens: float, uncached: int, slack_s: float) -> tuple[int, bool, float]:
    """Lower is sooner."""
    over = int(ahead_tokens // QUANTUM_TOKENS)
    return over, is_long(uncached) and slack_s > URGENT_S, slack_s


def is_long(uncached: int) -> bool:
    """One of the two classes (LAPS, 2601.11589)."""
    return uncached > LONG_TOKENS
