"""What a judging model is asked, and how it is understood."""

from __future__ import annotations

import pytest

from articgw.backends import Prompt
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.errors import BackendGarbled
from devibench.scoring.judging import judge_of, verdict


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
