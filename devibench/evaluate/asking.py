"""One sample under one degradation: what came through, what the model said of it, was it right?

What a server may yet do is tried again (`devibench.retrying`). Either way a line comes of it, that
says so; an answer that could not be judged is kept, and only its verdict is asked for again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from articgw.backends import Backend
from articgw.errors import BackendError, ConfigError, DatasetError
from devibench.asking import grey, replied
from devibench.degrade.coder import frame_of
from devibench.evaluate.judges import Right, judged
from devibench.evaluate.replies import Replies, Said, asked_of
from devibench.retrying import Tries
from devibench.samples import Dataset, Degradation, Line, Sample, Seen, Usage
from devibench.sheet import sheet

PLAIN = "{question}"
CHOOSE = "{question}\n{options}\nAnswer with the letter of the option."


@dataclass(frozen=True, slots=True)
class Asking:
    """How a model is asked."""

    backend: Backend
    name: str
    """What stands on the command line; replies are kept by it."""
    judge: Right
    replies: Replies
    wording: str = PLAIN
    """Of open questions."""
    deadline_s: float = 60.0
    tries: Tries = Tries()
    second: Right | None = None
    """Judges every answer too, so that agreement can be told."""
    on_seen: Callable[[Sample, Degradation, Seen], None] | None = None


async def answered(
    asking: Asking, dataset: Dataset, sample: Sample, degradation: Degradation, seed: int,
    before: Line | None = None,
) -> Line:  # fmt: skip
    """Never raises for what a film or a model does: the line says it. ``before``: what is known; an
    answer that stands there is judged, and not asked for again."""
    if before is not None and before.answer is not None:
        return await judged(before, sample, asking.judge, asking.second)
    line = unanswered(sample, degradation.name)
    try:
        seen = await asyncio.to_thread(_seen, dataset, sample, degradation, seed)
    except (DatasetError, ConfigError, KeyError, ValueError, OSError) as error:
        return msgspec.structs.replace(line, why=f"not degraded: {error}")
    line = _with(line, seen)
    if asking.on_seen is not None:
        asking.on_seen(sample, degradation, seen)
    if not seen.pictures and degradation.name != TEXT_ONLY:
        second = None if asking.second is None else False
        return msgspec.structs.replace(
            line, answer="", correct=False, second=second, why="no picture had come"
        )
    if not sample.answers:
        return msgspec.structs.replace(line, why="the question has no answer to compare with")
    return await _asked(asking, sample, seen, line)


def unanswered(sample: Sample, arm: str, why: str | None = None) -> Line:
    """A line that has yet to be filled, or says why it is not."""
    return Line(
        key=sample.key, arm=arm, answer=None, correct=None, readability=None, bits=0,
        frame_age_ms=None, latency_ms=0.0, frames=0, usage=None, attempt=0,
        task_type=sample.task_type, frames_needed=sample.frames_needed, group=sample.group, why=why,
    )  # fmt: skip


TEXT_ONLY = "text-only"
"""An arm that may show nothing."""


def worded(sample: Sample, wording: str) -> str:
    """The question as it is put."""
    if not sample.options:
        return wording.replace(PLAIN, sample.question)
    return CHOOSE.format(question=sample.question, options="\n".join(sample.options))


def _seen(dataset: Dataset, sample: Sample, degradation: Degradation, seed: int) -> Seen:
    return degradation.apply(dataset.film(sample), sample, seed)


def _with(line: Line, seen: Seen) -> Line:
    age = seen.frame_age_ms if seen.pictures else None
    return msgspec.structs.replace(
        line, bits=seen.bits, kbps=round(seen.kbps, 2), frames=len(seen.pictures),
        frame_age_ms=None if age is None else round(age, 1),
        latency_ms=round(seen.latency_p95_ms, 1),
        latency_p50_ms=round(seen.latency_p50_ms, 1), late_share=round(seen.late_share, 4),
    )  # fmt: skip


async def _asked(asking: Asking, sample: Sample, seen: Seen, line: Line) -> Line:
    question = worded(sample, asking.wording)
    asked = asked_of(asking.name, question, tuple(one.yuv for one in seen.pictures))
    said, attempt = asking.replies.get(asked), 0

    def count() -> None:
        nonlocal attempt
        attempt += 1

    try:
        if said is None:
            said = await asking.tries.answer(lambda: _said(asking, question, seen), count)
            asking.replies.put(asked, said)
    except BackendError as error:
        return msgspec.structs.replace(line, attempt=attempt, why=f"{error.code}: {error}")
    line = msgspec.structs.replace(
        line, answer=said.text, readability=said.readability, usage=said.usage,
        answer_ms=said.answer_ms, attempt=attempt,
    )  # fmt: skip
    return await judged(line, sample, asking.judge, asking.second)


async def _said(asking: Asking, question: str, seen: Seen) -> Said:
    began_t = time.monotonic()
    moments = [one.yuv for one in seen.pictures]
    reply = await replied(
        asking.backend, question, frame_of(sheet(moments)) if moments else grey(),
        asking.deadline_s, session=f"{began_t}", moments=max(1, len(moments)),
    )  # fmt: skip
    used = reply.usage
    usage = Usage(used.input_tokens, used.visual_tokens, used.cached_tokens, used.output_tokens)
    took_ms = round(1000 * (time.monotonic() - began_t), 1)
    return Said(reply.text.strip(), reply.readability, usage, took_ms)
