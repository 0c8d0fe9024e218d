"""Ways to dispatch, over HTTP to replicas on loopback: the same questions at the same times for
every arm, each arm with replicas of its own, all arms side by side.

round robin   each question to the next replica at once; replicas queue as they do
fifo          one queue; whoever is first goes to the replica with the fewest questions
ours          `articgw.dispatch`
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from articgw.backends import Backend, Prompt, Reply
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.dispatch.backend import DispatchBackend
from articgw.dispatch.core import Dispatcher
from articgw.dispatch.hedge import Hedge
from articgw.dispatch.replica import WINDOW
from articgw.errors import BackendError
from articgw.frame import Frame
from articgw.testing import picture
from tests.bench._backends_replicas import SLOTS, replicas

Row = dict[str, Any]
Answer = AsyncGenerator[str | Reply]

MODEL = "qwen3-vl"
NEVER_S = 1e6


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the schedule."""

    at_s: float
    session: str
    prompt: Prompt
    deadline_s: float
    tokens: int
    """Of its picture."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""

    asked: Asked
    first_s: float | None = None
    """None: it was turned away, or failed."""
    whole_s: float | None = None

    @property
    def in_time(self) -> bool:
        """True where it was answered by its deadline."""
        return self.whole_s is not None and self.whole_s <= self.asked.deadline_s


class RoundRobin:
    """Replicas in turn."""

    def __init__(self, servers: Sequence[Backend]) -> None:
        self._servers = servers
        self._next = 0

    async def ask(self, prompt: Prompt, deadline_s: float) -> Answer:
        """At the next one."""
        server = self._servers[self._next % len(self._servers)]
        self._next += 1
        async with aclosing(server.ask(prompt, deadline_s=deadline_s)) as pieces:
            async for piece in pieces:
                yield piece


class Fifo:
    """One queue before all replicas, `SLOTS` of each; what fails is not asked again."""

    def __init__(self, servers: Sequence[Backend]) -> None:
        self._servers = servers
        self._busy = [0] * len(servers)
        self._room = asyncio.Semaphore(SLOTS * len(servers))

    async def ask(self, prompt: Prompt, deadline_s: float) -> Answer:
        """At the one with the fewest questions."""
        async with self._room:
            chosen = self._busy.index(min(self._busy))
            self._busy[chosen] += 1
            try:
                answer = self._servers[chosen].ask(prompt, deadline_s=deadline_s)
                async with aclosing(answer) as pieces:
                    async for piece in pieces:
                        yield piece
            finally:
                self._busy[chosen] -= 1


class Ours:
    """The gateway's dispatcher; ``starts`` counts what was asked of replicas."""

    def __init__(self, servers: Sequence[Backend], hedge_share: float) -> None:
        core = Dispatcher([WINDOW] * len(servers), hedge=Hedge(hedge_share))
        self.inner = DispatchBackend(servers, dispatcher=core)

    async def ask(self, prompt: Prompt, deadline_s: float) -> Answer:
        """Wherever it is answered soonest."""
        async with aclosing(self.inner.ask(prompt, deadline_s=deadline_s)) as pieces:
            async for piece in pieces:
                yield piece


Asks = Callable[[Prompt, float], Answer]
ARMS: dict[str, Callable[[Sequence[Backend]], Asks]] = {
    "round robin": lambda servers: RoundRobin(servers).ask,
    "fifo": lambda servers: Fifo(servers).ask,
    "ours": lambda servers: Ours(servers, 0.05).ask,
    "ours, no hedge": lambda servers: Ours(servers, 0.0).ask,
}


@dataclass(slots=True)
class Counted:
    """A back end, and how often it was asked."""

    inner: OpenAIChatBackend
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def ask(self, prompt: Prompt, *, deadline_s: float) -> Answer:
        """One more."""
        self.asked += 1
        return self.inner.ask(prompt, deadline_s=deadline_s)


async def compare(
    schedule: Sequence[Asked], fares: Sequence[str], arms: Sequence[str]
) -> dict[str, tuple[list[Outcome], float]]:
    """Of each arm, outcomes and requests per question; ``fares``: SLOWER/DIES_S per replica."""
    async with replicas(len(fares) * len(arms)) as bases:
        runs = []
        for number, arm in enumerate(arms):
            mine = bases[number * len(fares) : (number + 1) * len(fares)]
            runs.append(_run(schedule, [f"{b}/{f}" for b, f in zip(mine, fares, strict=True)], arm))
        return dict(zip(arms, await asyncio.gather(*runs), strict=True))


async def _run(
    schedule: Sequence[Asked], urls: Sequence[str], arm: str
) -> tuple[list[Outcome], float]:
    servers = [
        Counted(OpenAIChatBackend(parse(f"openai:{MODEL}@{url}"), evidence="none")) for url in urls
    ]
    for server in servers:
        await server.inner.start()
    try:
        ask = ARMS[arm](servers)
        outcomes = await asyncio.gather(*(_one(ask, asked) for asked in schedule))
    finally:
        for server in servers:
            await server.inner.close()
    return list(outcomes), sum(server.asked for server in servers) / len(schedule)


async def _one(ask: Asks, asked: Asked) -> Outcome:
    now = asyncio.get_running_loop().time
    await asyncio.sleep(asked.at_s)
    asked_t, first_s = now(), None
    try:
        async with aclosing(ask(asked.prompt, asked.deadline_s)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reply):
                    return Outcome(asked, first_s, now() - asked_t)
                first_s = first_s or now() - asked_t
    except BackendError:
        return Outcome(asked)
    return Outcome(asked)


SHORT_PX, MIDDLE_PX, LONG_PX = (320, 320), (640, 640), (1280, 1280)
SHORT_TOKENS, MIDDLE_TOKENS, LONG_TOKENS = 100, 400, 1600


def film() -> tuple[Frame, Frame]:
    """A small frame and a large one, encoded once by each back end."""
    return Frame(picture(*SHORT_PX), 0.0), Frame(picture(*LONG_PX), 0.0)


def poisson(
    rng: random.Random, *, seconds: float, per_s: float, deadline_s: float, long_share: float,
    sessions: int = 30,
) -> list[Asked]:  # fmt: skip
    """Arrivals of small pictures, and of large ones with ``long_share``."""
    short, long = film()
    made: list[Asked] = []
    now = rng.expovariate(per_s)
    while now < seconds:
        is_long, session = rng.random() < long_share, f"s{rng.randrange(sessions)}"
        prompt = Prompt("What is there?", long if is_long else short, session=session)
        tokens = LONG_TOKENS if is_long else SHORT_TOKENS
        made.append(Asked(now, session, prompt, deadline_s, tokens))
        now += rng.expovariate(per_s)
    return made


def greedy(rng: random.Random, *, seconds: float, sessions: int = 10) -> list[Asked]:
    """All ask for more than there is, until the end; the last with pictures of four times the
    tokens."""
    middle, long = Frame(picture(*MIDDLE_PX), 0.0), film()[1]
    made: list[Asked] = []
    for number in range(sessions):
        is_greedy, now = number == sessions - 1, rng.random()
        session, frame = f"s{number}", long if is_greedy else middle
        tokens = LONG_TOKENS if is_greedy else MIDDLE_TOKENS
        while now < seconds - 1.0:
            prompt = Prompt("What is there?", frame, session=session)
            made.append(Asked(now, session, prompt, seconds - now, tokens))
            now += rng.expovariate(0.5)
    return made
