"""Answers in pieces: whole, failed, lost, left early."""

from __future__ import annotations

import asyncio

import pytest

from articgw.client.answers import AnswerStream, CallLost, QuestionFailed
from articgw.protocol import (
    AnswerDelta,
    AnswerDone,
    AnswerReadability,
    Error,
    Timings,
    Tokens,
)
from articgw.testing import FakeClock

DONE = AnswerDone(
    id="q1", text="red EXIT", finish="stop",
    readability=AnswerReadability(value=0.9, source="recognition"), regions=(), frame_age_ms=40.0,
    frame_size_px=(1280, 720), frame_url="looks", model="m", tokens=Tokens(),
    timings=Timings(first_text_ms=1.0, done_ms=2.0),
)  # fmt: skip


class Ended(list[bool]):
    """What the call was told at the end: cancelled early, or not."""


def stream(ended: Ended) -> AnswerStream:
    return AnswerStream("q1", FakeClock(), ended.append)


async def test_pieces_come_in_order_and_the_answer_is_whole_at_the_end() -> None:
    ended = Ended()
    pieces = stream(ended)
    for text in ("red ", "EXIT"):
        pieces.put(AnswerDelta(id="q1", text=text))
    pieces.put(DONE)
    assert [piece async for piece in pieces] == ["red ", "EXIT"]
    assert pieces.answer is not None and pieces.answer.done is DONE
    assert ended == [False]
    assert [piece async for piece in pieces] == []


async def test_a_whole_answer_may_be_waited_for() -> None:
    pieces = stream(Ended())
    pieces.put(AnswerDelta(id="q1", text="red "))
    pieces.put(DONE)
    answer = await pieces.whole()
    assert (answer.text, answer.first_text_s) == ("red EXIT", 0.0)
    assert await pieces.whole() is answer


async def test_an_error_is_raised_with_its_code() -> None:
    ended = Ended()
    pieces = stream(ended)
    pieces.put(QuestionFailed(Error(code="no_frame", message="no picture", retry_after_s=2.0)))
    with pytest.raises(QuestionFailed, match="no picture") as caught:
        await anext(pieces)
    assert (caught.value.code, caught.value.retry_after_s) == ("no_frame", 2.0)
    assert ended == [False]


async def test_a_lost_call_ends_the_question() -> None:
    pieces = stream(Ended())
    pieces.put(CallLost("gone"))
    with pytest.raises(CallLost):
        await anext(pieces)


async def test_leaving_early_cancels_once() -> None:
    ended = Ended()
    pieces = stream(ended)
    await pieces.aclose()
    await pieces.aclose()
    assert ended == [True] and pieces.answer is None


async def test_a_cancelled_wait_cancels_the_question() -> None:
    ended = Ended()
    waiting = asyncio.create_task(anext(stream(ended)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]
