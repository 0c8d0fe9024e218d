"""One question, and the judge of its answer."""

from __future__ import annotations

import pytest

from articgw.backends import Prompt
from articgw.errors import BackendGarbled
from articgw.testing import ScriptedBackend, Turn, picture
from devibench.build.asking import ask, judge_of, same_words, verdict


async def test_an_answer_is_its_text() -> None:
    backend = ScriptedBackend([Turn(" GATE 7 ")])
    assert await ask(backend, "Which?", picture(), 1.0) == "GATE 7"


@pytest.mark.parametrize(
    ("reference", "answer", "same"),
    [
        ("Gate 7", "It says GATE 7.", True),
        ("7", "GATE 17", False),
        ("61:30", "61:30", True),
        ("Gate 7", "7 gate", False),
        ("", "anything", False),
        ("yes", "", False),
    ],
)
async def test_words_are_compared_whole_and_in_order(
    reference: str, answer: str, same: bool
) -> None:
    assert await same_words("Which?", reference, answer) is same


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
