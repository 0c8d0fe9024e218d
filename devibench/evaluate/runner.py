"""All that is left to ask, a few at a time, until it is done or a limit is reached.

    shards of jobs, film by film ─▶ workers: degrade, ask, judge ─▶ Store.append ─▶ progress

What fails is a line too, and does not stop the others; a full disk or a spent budget does, and
leaves a run that goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from devibench.evaluate.store import Store
from devibench.samples import Degradation, Line, Sample

Cost = Callable[[Line], float | None]
"""USD of one answer; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Job:
    """One question under one degradation."""

    sample: Sample
    degradation: Degradation


Answer = Callable[[Job, Line | None], Awaitable[Line]]
"""A worker: a job, and what is known of it, to a line. It does not raise for what a model does."""


@dataclass(slots=True)
class Outcome:
    """How a run went."""

    asked: int = 0
    failed: int = 0
    usd: float = 0.0
    stopped: str = ""
    """Why it ended before everything was asked."""


def jobs_of(
    samples: Sequence[Sample], degradations: Sequence[Degradation], done: set[tuple[str, str]]
) -> list[Job]:
    """What is not done; film by film, so that a film is at hand when it is needed."""
    ordered = sorted(samples, key=lambda one: one.group)
    return [
        Job(sample, degradation)
        for sample in ordered
        for degradation in degradations
        if (sample.key, degradation.name) not in done
    ]


def by_sample(jobs: Sequence[Job]) -> list[list[Job]]:
    """All arms of a question together, in their order."""
    return [list(shard) for _, shard in groupby(jobs, key=lambda job: job.sample.key)]


async def run(
    shards: Sequence[Sequence[Job]],
    answers: Sequence[Answer],
    store: Store,
    *,
    budget_usd: float | None = None,
    cost: Cost = lambda line: None,
    tick: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Ask them all, each of ``answers`` one at a time; what is there when it returns is on disk."""
    outcome, waiting = Outcome(), iter(shards)

    async def work(answer: Answer) -> None:
        for job in _until(waiting, outcome):
            before = store.lines.get((job.sample.key, job.degradation.name))
            try:
                line = await answer(job, before)
                store.append(line)
            except OSError as error:
                outcome.stopped = f"{store.folder}: {error.strerror or error}"
                return
            outcome.asked += 1
            outcome.failed += store.open(line)
            outcome.usd += (cost(line) or 0.0) - ((before and cost(before)) or 0.0)
            if budget_usd is not None and outcome.usd >= budget_usd:
                outcome.stopped = f"the budget of {budget_usd:g} USD is spent"
            tick(outcome)

    async with asyncio.TaskGroup() as group:
        for answer in answers:
            group.create_task(work(answer))
    return outcome


def _until(waiting: Iterator[Sequence[Job]], outcome: Outcome) -> Iterator[Job]:
    for shard in waiting:
        for job in shard:
            if outcome.stopped:
                return
            yield job
