"""A model as judge, by DeViBench's criteria (Artic, section 5): strict, and a refusal is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from articgw.backends import Backend
from devibench.build.asking import judge_of as _asks
from devibench.samples import Sample
from devibench.scoring.match import is_right

Judge = Callable[[Sample, str], Awaitable[bool]]


async def by_words(sample: Sample, answer: str) -> bool:
    """`match.py`'s rules."""
    return is_right(sample, answer)


def by_model(backend: Backend, deadline_s: float) -> Judge:
    """Asks ``backend`` about open questions; letters need no judge. Raises what it raises."""
    judge = _asks(backend, deadline_s)

    async def right(sample: Sample, answer: str) -> bool:
        if sample.options:
            return is_right(sample, answer)
        for accepted in sample.answers:
            if await judge(sample.question, accepted, answer):
                return True
        return False

    return right
