"""What is the Live API's own; the rest is held by ../test_conformance.py."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from articgw.backends import Backend, Reply, registry
from articgw.backends.gemini_live import GeminiLiveBackend
from articgw.config import Config
from articgw.testing.servers.behaviours import refuses_field, says
from tests.articgw.backends.conformance import ADAPTERS, ask, prompt

(ADAPTER,) = [one for one in ADAPTERS if one.name == "gemini-live"]


async def ask_as(backend: Backend, session: str) -> Reply:
    """A question of one call."""
    asked = replace(prompt(), session=session)
    *_, reply = [one async for one in backend.ask(asked, deadline_s=10.0)]
    assert isinstance(reply, Reply)
    return reply


def test_it_is_chosen_by_name() -> None:
    backend = registry.load(Config(backend="gemini-live:m@https://127.0.0.1:1"))
    assert isinstance(backend, GeminiLiveBackend) and backend.model == "m"


async def test_a_call_has_a_connection_and_nobody_shares_it() -> None:
    async with ADAPTER.server(says("It")) as server, ADAPTER.backend(server.url) as backend:
        for session in ("a", "b", "", ""):
            await ask_as(backend, session)
        first = {one.peer for one in server.asked}
        assert len(first) == 4
        await ask_as(backend, "b")
        assert server.asked[-1].peer == server.asked[1].peer


async def test_frames_are_a_second_apart() -> None:
    async with ADAPTER.server(says("It")) as server, ADAPTER.backend(server.url) as backend:
        await ask(backend)
        await ask(backend)
        assert server.asked[1].t - server.asked[0].t >= 0.9


async def test_a_model_that_only_speaks_is_asked_to_and_read_by_its_transcript() -> None:
    async with ADAPTER.server(refuses_field("responseModalities")) as server:
        async with ADAPTER.backend(server.url) as backend:
            assert (await ask(backend))[1].text == "It says EXIT."
        setup = server.asked[1].body["setup"]
    assert setup["generationConfig"]["responseModalities"] == ["AUDIO"]
    assert "outputAudioTranscription" in setup
    assert "@@look" not in setup["systemInstruction"]["parts"][0]["text"]


async def test_a_connection_that_was_left_is_not_used_again_and_the_session_goes_on() -> None:
    async with ADAPTER.server(says("It"), says("It", gate=asyncio.Event()), says("It")) as server:
        async with ADAPTER.backend(server.url) as backend:
            await ask(backend)
            answer = backend.ask(prompt(), deadline_s=10.0)
            await anext(answer)
            await answer.aclose()
            await ask(backend)
            setup = server.asked[2].body["setup"]
    assert setup["sessionResumption"] == {"handle": "handle-1"}
