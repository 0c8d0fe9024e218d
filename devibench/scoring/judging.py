"""What a judging model is asked, by DeViBench's criteria (Artic, section 5).

Strict: a refusal is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from articgw.backends import Backend
from articgw.errors import BackendGarbled
from devibench.asking import ask, grey

Judge = Callable[[str, str, str], Awaitable[bool]]
"""Question, reference, answer: do the two mean the same?"""
VERDICT = """You compare an answer to a reference. They agree only if they mean exactly the same: \
every name, number and unit that the reference holds must be in the answer and be right. An answer \
that refuses, hedges between several, or says that it cannot be seen, does not agree.

Question: {question}
Reference: {reference}
Answer: {answer}

Reply with one word: Correct or Incorrect."""


def judge_of(backend: Backend, deadline_s: float) -> Judge:
    """A judge that asks a model once, strictly; it is shown no picture to speak of. It raises what
    the model raises."""
    blank = grey()

    async def judge(question: str, reference: str, answer: str) -> bool:
        if not answer:
            return False
        return verdict(await ask(backend, asks(question, reference, answer), blank, deadline_s))

    return judge


def asks(question: str, reference: str, answer: str) -> str:
    """What the judge is asked."""
    return VERDICT.format(question=question, reference=reference, answer=answer)


def verdict(reply: str) -> bool:
    """Raises `BackendGarbled` where the reply is neither."""
    words = re.findall(r"\b(in)?correct\b", reply, re.IGNORECASE)
    if not words:
        raise BackendGarbled("neither Correct nor Incorrect", reply)
    return not words[-1]
