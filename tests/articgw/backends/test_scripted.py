"""The scripted back end keeps the contract that it stands in for."""

from __future__ import annotations

import asyncio

import pytest

from artic_abr import ReadabilitySource
from articgw.backends import LookedAt, Prompt, Reply
from articgw.backends.scripted import ScriptedBackend, Turn, echo
from articgw.errors import BackendRefused, BackendUnavailable
from articgw.frame import Frame
from articgw.testing import picture

PROMPT = Prompt("what?", Frame(picture(64, 48), 0.0))


async def _ask(backend: ScriptedBackend, deadline_s: float = 1.0) -> list[str | Reply]:
    return [piece async for piece in backend.ask(PROMPT, deadline_s=deadline_s)]


async def test_text_in_pieces_and_then_one_reply() -> None:
    region = LookedAt((0.0, 0.0, 1.0, 1.0), "all")
    *pieces, reply = await _ask(ScriptedBackend([Turn("a b", (region,), 0.5)]))
    assert pieces == ["a ", "b "]
    assert isinstance(reply, Reply) and reply.text == "a b" and reply.regions == (region,)
    assert reply.readability_source is ReadabilitySource.VERBALISED


async def test_an_error_comes_after_the_text() -> None:
    answer = ScriptedBackend([Turn("a", error=BackendUnavailable("gone"))]).ask(
        PROMPT, deadline_s=1.0
    )
    assert await anext(answer) == "a "
    with pytest.raises(BackendUnavailable, match="gone"):
        await anext(answer)


async def test_the_end_of_the_script_is_loud() -> None:
    with pytest.raises(BackendRefused, match="no turn for question 1"):
        await _ask(ScriptedBackend([]))


async def test_the_deadline_holds() -> None:
    with pytest.raises(BackendUnavailable, match="within 0.01 s"):
        await _ask(ScriptedBackend([Turn("a", gate=asyncio.Event())]), deadline_s=0.01)


async def test_echo_tells_what_it_was_given() -> None:
    reply = (await _ask(ScriptedBackend(echo)))[-1]
    assert isinstance(reply, Reply) and "what?" in reply.text and "64 by 48" in reply.text
