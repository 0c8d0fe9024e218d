"""Who judges an answer, and what that costs: words, or a model that is asked until it has said.

A verdict is kept by what was judged, as replies are, so that scoring again is not paid twice. What
a judge cannot do loses no answer: the line keeps it, and the same command asks for the verdict
alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec

from articgw.backends import Backend
from articgw.backends.base import Usage
from articgw.errors import BackendError
from devibench.asking import grey, replied
from devibench.evaluate.replies import Replies, Said, asked_of
from devibench.retrying import Tries
from devibench.samples import Line, Sample
from devibench.scoring.judging import asks, verdict
from devibench.scoring.match import is_right


@dataclass(slots=True)
class Account:
    """What judging one answer has cost; requests that failed count too."""

    requests: int = 0
    tokens: int = 0
    usd: float = 0.0

    def count(self) -> None:
        """One request."""
        self.requests += 1


Right = Callable[[Sample, str, Account], Awaitable[bool]]
"""Is this answer to a sample right? Raises `BackendError`."""


async def by_words(sample: Sample, answer: str, account: Account) -> bool:
    """`devibench.scoring.match`'s rules; costs nothing."""
    return is_right(sample, answer)


@dataclass(frozen=True)
class ModelJudge:
    """Asks a model about open questions; letters need no judge. A `Right`."""

    backend: Backend
    name: str
    """What stands on the command line; verdicts are kept by it."""
    tries: Tries = Tries()
    replies: Replies = field(default_factory=lambda: Replies(None))
    deadline_s: float = 60.0
    usd: Callable[[Usage], float | None] = lambda used: None

    async def __call__(self, sample: Sample, answer: str, account: Account) -> bool:
        """Against each accepted answer, until one agrees."""
        if sample.options:
            return is_right(sample, answer)
        for accepted in sample.answers:
            if await self._agrees(asks(sample.question, accepted, answer), account):
                return True
        return False

    async def _agrees(self, question: str, account: Account) -> bool:
        asked = asked_of(f"judge {self.name}", question, ())
        said = self.replies.get(asked)
        if said is not None:
            return verdict(said.text)
        blank = grey()

        async def ask() -> tuple[str, bool]:
            reply = await replied(self.backend, question, blank, self.deadline_s)
            used = reply.usage
            account.tokens += used.input_tokens + used.visual_tokens + used.output_tokens
            account.usd += self.usd(used) or 0.0
            return reply.text, verdict(reply.text)

        text, agrees = await self.tries.answer(ask, account.count)
        self.replies.put(asked, Said(text))
        return agrees


async def judged(line: Line, sample: Sample, judge: Right, second: Right | None) -> Line:
    """The line with the verdicts that it lacks. Never raises for what a judge does: the line says
    it, and keeps its answer."""
    account = Account()
    line, why = msgspec.structs.replace(line, why=None), None
    for name, right in (("correct", judge), ("second", second)):
        if right is None or getattr(line, name) is not None:
            continue
        try:
            told = bool(line.answer) and await right(sample, line.answer or "", account)
            line = msgspec.structs.replace(line, **{name: told})
        except BackendError as error:
            why = f"not judged: {error.code}: {error}"
    return msgspec.structs.replace(
        line, why=why, judge_attempt=line.judge_attempt + account.requests,
        judge_tokens=line.judge_tokens + account.tokens,
        judge_usd=round(line.judge_usd + account.usd, 8),
    )  # fmt: skip
