"""What a trace amounts to, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from articgw.trace_read import (
    Acked,
    Answered,
    Asked,
    Failed,
    KeyframeRequested,
    Looked,
    ReadAhead,
    Second,
    Steered,
    ToolCalled,
    TraceLog,
    WarmedUp,
)

MAX_SECOND_S = 2.0
"""Lines come each second; a longer gap is not time of which anything is known."""


class Spread(msgspec.Struct, frozen=True):
    """A few points of a distribution."""

    min: float
    median: float
    p95: float
    max: float


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, from its coming to its end."""

    id: str
    asked_s: float
    """Since the start of the trace."""
    end: str
    """How the answer finished, the code of the error, or "open"."""
    ended_s: float | None = None
    frame_age_ms: float | None = None
    """Of the frame that the model was given."""
    frame_size_px: tuple[int, int] | None = None
    readability: float | None = None
    readability_source: str | None = None
    first_text_ms: float | None = None
    done_ms: float | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A whole call."""

    session: str
    wall: str
    version: str
    duration_s: float
    asked_s: float
    idle_s: float
    questions: tuple[Question, ...]
    other_errors: dict[str, int]
    """Errors that ended no question, by code."""
    steers: dict[str, int]
    """By reason."""
    steers_acked: int
    keyframe_requests: dict[str, int]
    """By reason."""
    looks_ahead: int
    tools: dict[str, int]
    """Tools that models asked for, by outcome."""
    ahead: dict[str, int]
    """Pictures that models were to read while a question was typed, by outcome."""
    received_bps: Spread | None
    estimate_bps: Spread | None
    cap_bps: Spread | None
    frame_age_ms: Spread | None
    """Of the newest frame, each second."""
    queue_ms: Spread | None
    note: str | None


def summarise(log: TraceLog) -> Summary:
    """All figures of a trace."""
    seconds = log.of(Second)
    asked_s, idle_s = _time_asked(seconds)
    questions = _questions(log)
    ids = {question.id for question in questions}
    return Summary(
        session=log.start.session,
        wall=log.start.wall,
        version=log.start.version,
        duration_s=log.duration_s,
        asked_s=asked_s,
        idle_s=idle_s,
        questions=questions,
        other_errors=dict(Counter(e.code for e in log.of(Failed) if e.id not in ids)),
        steers=dict(Counter(steer.why for steer in log.of(Steered))),
        steers_acked=len({ack.seq for ack in log.of(Acked)}),
        keyframe_requests=dict(Counter(request.why for request in log.of(KeyframeRequested))),
        looks_ahead=len(log.of(ReadAhead)),
        tools=dict(Counter(call.outcome for call in log.of(ToolCalled))),
        ahead=dict(Counter(one.outcome for one in log.of(WarmedUp))),
        received_bps=_spread(second.received_bps for second in seconds),
        estimate_bps=_spread(second.estimate_bps for second in seconds),
        cap_bps=_spread(second.cap_bps for second in seconds),
        frame_age_ms=_spread(second.frame_age_ms for second in seconds),
        queue_ms=_spread(second.queue_ms for second in seconds),
        note=log.note,
    )


def _questions(log: TraceLog) -> tuple[Question, ...]:
    looks = {look.id: look for look in log.of(Looked)}
    answers = {answer.id: answer for answer in log.of(Answered)}
    errors = {error.id: error for error in log.of(Failed)}
    questions = []
    for ask in log.of(Asked):
        look, answer, error = looks.get(ask.id), answers.get(ask.id), errors.get(ask.id)
        end = answer or error
        size_px = None
        if look and look.width is not None and look.height is not None:
            size_px = (look.width, look.height)
        questions.append(
            Question(
                id=ask.id,
                asked_s=ask.t - log.start.t,
                end=(answer.finish or "answered") if answer else error.code if error else "open",
                ended_s=end.t - log.start.t if end else None,
                frame_age_ms=look.frame_age_ms if look else None,
                frame_size_px=size_px,
                readability=answer.readability if answer else None,
                readability_source=answer.readability_source if answer else None,
                first_text_ms=answer.first_text_ms if answer else None,
                done_ms=answer.done_ms if answer else None,
            )
        )
    return tuple(questions)


def _time_asked(seconds: Sequence[Second]) -> tuple[float, float]:
    asked_s = idle_s = 0.0
    for before, second in pairwise(seconds):
        passed_s = min(second.t - before.t, MAX_SECOND_S)
        if second.asked:
            asked_s += passed_s
        else:
            idle_s += passed_s
    return asked_s, idle_s


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, median, p95, high = np.percentile(known, [0, 50, 95, 100])
    return Spread(float(low), float(median), float(p95), float(high))
