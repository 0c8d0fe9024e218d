"""What is right without looking: always the commonest answer.

In DeViBench's v1 the letter B is right 41.5 % of the time: an accuracy says nothing without this
beside it. The other baseline, a model that is given the question alone, is asked as an arm
(``text-only``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from devibench.scoring.match import words


class Question(Protocol):
    """A sample, or what a run keeps of one."""

    @property
    def key(self) -> str:
        """Unique."""

    @property
    def options(self) -> Sequence[str]:
        """Empty where it is open."""

    @property
    def answers(self) -> Sequence[str]:
        """Accepted; of multiple choice the letter comes first."""


@dataclass(frozen=True, slots=True)
class Majority:
    """Who always says the same."""

    answer: str
    """A letter in capitals, or words in small letters."""
    right: dict[str, bool]
    """By key of the question."""

    @property
    def share(self) -> float:
        """Of the questions, 0..1."""
        return sum(self.right.values()) / len(self.right)


def majority(questions: Iterable[Question]) -> Majority | None:
    """The answer that is right most often, and the first of those where several are; None where
    there is no question with an answer."""
    accepted = {one.key: _accepted(one) for one in questions if one.answers}
    counted = Counter(answer for known in accepted.values() for answer in known)
    if not counted:
        return None
    answer, _ = counted.most_common(1)[0]
    return Majority(answer, {key: answer in known for key, known in accepted.items()})


def _accepted(question: Question) -> tuple[str, ...]:
    if question.options:
        return (question.answers[0].upper(),)
    return tuple(dict.fromkeys(" ".join(words(answer)) for answer in question.answers))
