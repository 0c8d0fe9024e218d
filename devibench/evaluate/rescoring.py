"""Judge a run's answers again, some at a time; what was answered is not touched."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from devibench.evaluate.judges import Right, judged
from devibench.samples import Line, Sample


async def judged_again(
    lines: Sequence[Line], samples: Sequence[Sample], judge: Right, second: Right | None,
    workers: int,
) -> list[Line]:  # fmt: skip
    """The lines in their order. Those without an answer, and of questions that are no longer there,
    stay as they are; those that a judge could not judge say why."""
    known, slots = {one.key: one for one in samples}, asyncio.Semaphore(max(1, workers))

    async def again(line: Line) -> Line:
        sample = known.get(line.key)
        if not line.answer or sample is None:
            return line
        fresh = msgspec.structs.replace(
            line, correct=None, second=None, judge_attempt=0, judge_tokens=0, judge_usd=0.0
        )
        async with slots:
            return await judged(fresh, sample, judge, second)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(again(line)) for line in lines]
    return [task.result() for task in tasks]
