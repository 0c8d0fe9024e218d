"""A model as judge, by DeViBench's criteria (Artic, section 5): strict, and a refusal is wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from articgw.backends import Backend
from articgw.errors import BackendGarbled
from devibench.asking import ask, grey
from devibench.samples import Sample
from devibench.scoring.match import is_right

Judge = Callable[[str, str, str], Awaitable[bool]]
"""Question, reference, answer: do the two mean the same?"""
Right = Callable[[Sample, str], Awaitable[bool]]
"""Is this answer to a sample right?"""
VERDICT = """You compare an answer to a reference. They agree only if they mean exactly the same: \
every name, number and unit that the reference holds must be in the answer and be right. An answer \
that refuses, hedges between several, or says that it cannot be seen, does not agree.

Question: {question}
Reference: {reference}
Answer: {answer}

Reply with one word: Correct or Incorrect."""


async def by_words(sample: Sample, answer: str) -> bool:
    """`match.py`'s rules."""
    return is_right(sample, answer)


def by_model(backend: Backend, deadline_s: float) -> Right:
    """Asks ``backend`` about open questions; letters need no judge. Raises what it raises."""
    judge = judge_of(backend, deadline_s)

    async def right(sample: Sample, answer: str) -> bool:
        if sample.options:
            return is_right(sample, answer)
        for accepted in sample.answers:
            if await judge(sample.question, accepted, answer):
                return True
        return False

    return right


def judge_of(backend: Backend, deadline_s: float) -> Judge:
    """A judge that asks a model, strictly; it is shown no picture to speak of."""
    blank = grey()

    async def judge(question: str, reference: str, answer: str) -> bool:
        if not answer:
            return False
        asked = VERDICT.format(question=question, reference=reference, answer=answer)
        return verdict(await ask(backend, asked, blank, deadline_s))

    return judge


def verdict(reply: str) -> bool:
    """Raises `BackendGarbled` where the reply is neither."""
    words = re.findall(r"\b(in)?correct\b", reply, re.IGNORECASE)
    if not words:
        raise BackendGarbled("neither Correct nor Incorrect", reply)
    return not words[-1]
