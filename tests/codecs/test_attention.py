"""When pictures are wanted, second by second."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artic_codecs.attention import (
    AFTER_ANSWER_S,
    NEXT_QUESTION_S,
    TYPING_S,
    WARM_UP_S,
    Attention,
)

Event = tuple[float, Callable[[Attention, float], None]]


def typing(attention: Attention, now: float) -> None:
    attention.on_typing(now=now)


def question(attention: Attention, now: float) -> None:
    attention.on_question()


def end(attention: Attention, now: float) -> None:
    attention.on_end(now=now)


@pytest.mark.parametrize(
    ("events", "at", "asked"),
    [
        ([], 0.0, True),
        ([], WARM_UP_S, False),
        ([(20, typing)], 20 + TYPING_S / 2, True),
        ([(20, typing)], 20 + TYPING_S, False),
        ([(20, question)], 90.0, True),
        ([(20, question), (25, end)], 25 + AFTER_ANSWER_S / 2, True),
        ([(20, question), (25, end)], 25 + AFTER_ANSWER_S, False),
        ([(20, question), (21, question), (22, end)], 60.0, True),
        ([(20, end)], 60.0, False),
    ],
)
def test_asked_or_idle(events: list[Event], at: float, asked: bool) -> None:
    attention = Attention(now=0.0)
    for t, event in events:
        event(attention, t)
    assert attention.asked(now=at) is asked


@pytest.mark.parametrize(
    ("events", "at", "expected"),
    [
        ([], 0.0, False),
        ([(20, typing)], 20 + TYPING_S / 2, True),
        ([(20, typing)], 20 + TYPING_S, False),
        ([(20, question)], 90.0, True),
        ([(20, question), (25, end)], 25 + NEXT_QUESTION_S / 2, True),
        ([(20, question), (25, end)], 25 + NEXT_QUESTION_S, False),
    ],
)
def test_a_question_is_likely(events: list[Event], at: float, expected: bool) -> None:
    attention = Attention(now=0.0)
    for t, event in events:
        event(attention, t)
    assert attention.expects(now=at) is expected
