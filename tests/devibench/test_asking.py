"""One question, and its answer."""

from __future__ import annotations

from articgw.testing import ScriptedBackend, Turn, picture
from devibench.asking import ask, grey, replied


async def test_an_answer_is_its_text() -> None:
    backend = ScriptedBackend([Turn(" GATE 7 ")])
    assert await ask(backend, "Which?", picture(), 1.0) == "GATE 7"


async def test_a_reply_carries_what_rides_along() -> None:
    backend = ScriptedBackend([Turn("GATE 7", readability=0.4)])
    assert (await replied(backend, "Which?", grey(), 1.0, "s")).readability == 0.4
    assert backend.prompts[0].session == "s"
