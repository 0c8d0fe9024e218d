"""Judges by words and by a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.backends import Prompt
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.errors import BackendGarbled
from devibench.samples import Sample
from devibench.scoring.judging import by_model, by_words, judge_of, verdict

OPEN = Sample(
    "s/1", "Which bus?", (), ("46", "line 46"), "Counting", "single", "v", Path("v"), 0, 1
)
CHOICE = Sample("s/2", "?", ("A) 4", "B) 6"), ("B",), "Counting", "single", "v", Path("v"), 0, 1)


async def test_words_are_compared() -> None:
    assert await by_words(OPEN, "Bus 46")
    assert not await by_words(OPEN, "Bus 47")


async def test_a_model_is_asked_about_each_accepted_answer_until_one_agrees() -> None:
    backend = ScriptedBackend([Turn("Incorrect"), Turn("Correct.")])
    assert await by_model(backend, 5.0)(OPEN, "the forty-six")
    assert "line 46" in backend.prompts[1].question


async def test_letters_need_no_model() -> None:
    backend = ScriptedBackend([])
    assert await by_model(backend, 5.0)(CHOICE, "B")
    assert not backend.prompts


@pytest.mark.parametrize(
    ("reply", "right"),
    [("Correct", True), ("incorrect.", False), ("Not correct? No: Incorrect", False)],
)
def test_a_verdict_is_its_last_word(reply: str, right: bool) -> None:
    assert verdict(reply) is right


def test_a_verdict_that_is_none_is_garbled() -> None:
    with pytest.raises(BackendGarbled):
        verdict("Perhaps")


async def test_a_model_judges_with_question_reference_and_answer() -> None:
    def script(prompt: Prompt) -> Turn:
        lines = prompt.question.splitlines()
        assert {"Question: Which?", "Reference: 7"} <= set(lines)
        return Turn("Correct" if "Answer: seven" in lines else "Incorrect")

    judge = judge_of(ScriptedBackend(script), 1.0)
    assert await judge("Which?", "7", "seven")
    assert not await judge("Which?", "7", "eight")
    assert not await judge("Which?", "7", "")
