"""Servers and questions in simulated time, for comparing ways to dispatch: the same questions at
the same times for every arm, and the gateway's real `Dispatcher` in one of them.

A simulated server reads prompts one after the other in the order in which they came (as engines
with chunked prefill do, first come first served) and then writes up to `SLOTS` answers side by
side: T = a + b·uncached + c·output, with noise. It stands for no engine in particular; shares and
ratios between arms are what is compared, on figures of a small model on one GPU.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from articgw.dispatch.core import Dispatcher
from articgw.dispatch.hedge import Hedge
from articgw.dispatch.question import Busy, Decision, Question, Start, Stop

A_S, B_S, C_S = 0.05, 0.25, 0.8
"""s; s per 1000 uncached tokens; s per 100 output tokens."""
NOISE = 0.1
SLOTS = 8
DIED_S = 0.05
"""A dead server's refusal takes so long."""


@dataclass(slots=True)
class Server:
    """One simulated server."""

    slower: float = 1.0
    dies_t: float | None = None
    reading_until_t: float = 0.0
    busy: list[float] = field(default_factory=list)
    """When its answers end."""

    def serve(self, question: Question, rng: random.Random, now: float) -> tuple[float, float]:
        """When its first word comes, and its end."""
        noise = rng.lognormvariate(0.0, NOISE) * self.slower
        self.busy = [t for t in self.busy if t > now]
        free_t = now if len(self.busy) < SLOTS else sorted(self.busy)[-SLOTS]
        begins_t = max(now, self.reading_until_t, free_t)
        first_t = begins_t + noise * (A_S + B_S * question.prompt_tokens / 1000)
        self.reading_until_t = first_t
        end_t = first_t + noise * C_S * question.output_tokens / 100
        self.busy.append(end_t)
        return first_t, end_t

    def is_dead(self, now: float) -> bool:
        """True behind its end."""
        return self.dies_t is not None and now >= self.dies_t


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one question."""

    question: Question
    first_s: float | None
    """From the question to its first word; None: it was turned away, or failed."""
    whole_s: float | None
    started: int
    """Servers that were asked."""

    @property
    def in_time(self) -> bool:
        """True where it was answered by its deadline."""
        question = self.question
        return self.whole_s is not None and self.whole_s <= question.deadline_t - question.asked_t


Arm = Callable[[Sequence[Question], Sequence[Server], int], list[Fate]]


def round_robin(questions: Sequence[Question], servers: Sequence[Server], seed: int) -> list[Fate]:
    """Each question to the next server at once; servers queue as they do."""
    rng, fates = random.Random(seed), []
    for number, question in enumerate(sorted(questions, key=lambda one: one.asked_t)):
        server = servers[number % len(servers)]
        if server.is_dead(question.asked_t):
            fates.append(Fate(question, None, None, 1))
            continue
        first_t, end_t = server.serve(question, rng, question.asked_t)
        fates.append(Fate(question, first_t - question.asked_t, end_t - question.asked_t, 1))
    return fates


def fifo(questions: Sequence[Question], servers: Sequence[Server], seed: int) -> list[Fate]:
    """One queue; whoever is first goes to the server with the fewest questions, `SLOTS` at most;
    one that refuses is tried again at the next."""
    rng, fates = random.Random(seed), []
    ends: list[list[float]] = [[] for _ in servers]
    now = 0.0
    for question in sorted(questions, key=lambda one: one.asked_t):
        now = max(now, question.asked_t)
        while True:
            ends = [[t for t in of_one if t > now] for of_one in ends]
            alive = [n for n, server in enumerate(servers) if not server.is_dead(now)]
            chosen = min(alive, key=lambda n: len(ends[n]))
            if len(ends[chosen]) < SLOTS:
                break
            now = min(t for n in alive for t in ends[n])
        first_t, end_t = servers[chosen].serve(question, rng, now)
        ends[chosen].append(end_t)
        fates.append(Fate(question, first_t - question.asked_t, end_t - question.asked_t, 1))
    return fates


def dispatched(window: int, hedge_share: float = 0.05) -> Arm:
    """Our dispatcher, with so many questions at each server."""

    def arm(questions: Sequence[Question], servers: Sequence[Server], seed: int) -> list[Fate]:
        core = Dispatcher([window] * len(servers), hedge=Hedge(hedge_share))
        return Simulation(core, servers, seed).run(questions)

    return arm


class Simulation:
    """A dispatcher before simulated servers."""

    def __init__(self, core: Dispatcher, servers: Sequence[Server], seed: int) -> None:
        self._core = core
        self._servers = servers
        self._rng = random.Random(seed)
        self._events: list[tuple[float, int, Callable[[float], list[Decision]]]] = []
        self._order = count()
        self._questions: dict[int, Question] = {}
        self._first_t: dict[int, float] = {}
        self._speaker: dict[int, int] = {}
        self._started: dict[int, int] = {}
        self._stopped: set[tuple[int, int]] = set()
        self._fates: list[Fate] = []

    def run(self, questions: Sequence[Question]) -> list[Fate]:
        """To the end of the last one."""
        for question in questions:
            self._questions[question.key] = question
            self._at(question.asked_t, self._asking(question))
        while self._events:
            now, _, event = heapq.heappop(self._events)
            self._obey(event(now), now)
            wakes_t = self._core.wakes_t(now=now)
            if wakes_t is not None and (not self._events or wakes_t < self._events[0][0]):
                self._at(wakes_t, lambda t: self._core.decide(now=t))
        return self._fates

    def _at(self, t: float, event: Callable[[float], list[Decision]]) -> None:
        heapq.heappush(self._events, (t, next(self._order), event))

    def _asking(self, question: Question) -> Callable[[float], list[Decision]]:
        return lambda now: self._core.ask(question, now=now)

    def _obey(self, decisions: Sequence[Decision], now: float) -> None:
        for decision in decisions:
            match decision:
                case Start(key=key, replica=replica):
                    self._start(key, replica, now)
                case Stop(key=key, replica=replica):
                    self._stopped.add((key, replica))
                case Busy(key=key):
                    started = self._started.get(key, 0)
                    self._fates.append(Fate(self._questions[key], None, None, started))

    def _start(self, key: int, replica: int, now: float) -> None:
        self._started[key] = self._started.get(key, 0) + 1
        server, question = self._servers[replica], self._questions[key]
        if server.is_dead(now):
            self._at(now + DIED_S, lambda t: self._core.on_failed(key, replica, now=t))
            return
        first_t, end_t = server.serve(question, self._rng, now)
        self._at(first_t, lambda t: self._first(key, replica, t))
        self._at(end_t, lambda t: self._end(key, replica, t))

    def _first(self, key: int, replica: int, now: float) -> list[Decision]:
        if (key, replica) in self._stopped or key in self._speaker:
            return []
        self._speaker[key], self._first_t[key] = replica, now
        return self._core.on_first(key, replica, now=now)

    def _end(self, key: int, replica: int, now: float) -> list[Decision]:
        if self._speaker.get(key) != replica:
            return []
        question = self._questions[key]
        asked_t = question.asked_t
        first_s = self._first_t[key] - asked_t
        self._fates.append(Fate(question, first_s, now - asked_t, self._started[key]))
        return self._core.on_done(
            key, replica, cached_tokens=0, output_tokens=question.output_tokens, now=now
        )


def questions_of(
    rng: random.Random,
    *,
    seconds: float,
    per_s: float,
    deadline_s: float,
    long_share: float,
    sessions: int = 30,
) -> list[Question]:
    """Poisson arrivals: one picture each, or eight of them with ``long_share``."""
    made: list[Question] = []
    now = rng.expovariate(per_s)
    while now < seconds:
        visual = 8 * 880 if rng.random() < long_share else 300
        made.append(
            Question(
                len(made) + 1,
                f"s{rng.randrange(sessions)}",
                now,
                now + deadline_s,
                visual_tokens=visual,
                output_tokens=rng.randrange(15, 60),
            )
        )
        now += rng.expovariate(per_s)
    return made
