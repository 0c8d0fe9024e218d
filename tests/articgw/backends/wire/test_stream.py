"""Waits end, and leaving early closes the connection."""

from __future__ import annotations

import asyncio

import pytest

from articgw.errors import BackendGarbled, BackendUnavailable
from tests.articgw.backends.openai_chat.asking import PROMPT, ask, backend_at
from tests.helpers.chat_server import ChatServer, chunk, event, says, stalls, streams

BEGINNING = event(chunk({"content": "It says"}))
STOP = event(chunk({}, "stop"))


async def test_words_are_shown_before_the_rest_is_there() -> None:
    gate = asyncio.Event()
    async with ChatServer(says("It says EXIT.", gate=gate)) as server:
        async with backend_at(server.url) as backend:
            answer = backend.ask(PROMPT, deadline_s=10.0)
            assert await anext(answer) == "It"
            assert server.open == 1
            gate.set()
            assert await anext(answer) == " says"
            await answer.aclose()


async def test_who_leaves_early_frees_the_server() -> None:
    never = asyncio.Event()
    async with ChatServer(says("It says EXIT.", gate=never)) as server:
        async with backend_at(server.url) as backend:
            answer = backend.ask(PROMPT, deadline_s=10.0)
            assert await anext(answer) == "It"
            await answer.aclose()
            await server.until(lambda one: one.left == 1)
            assert server.open == 0


async def test_who_leaves_before_the_first_word_frees_the_server() -> None:
    async with ChatServer(stalls()) as server, backend_at(server.url) as backend:
        asking = asyncio.create_task(ask(backend))
        await server.until(lambda one: one.open == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.until(lambda one: one.left == 1)


async def test_the_deadline_ends_the_wait_for_the_first_word() -> None:
    async with ChatServer(stalls()) as server, backend_at(server.url) as backend:
        with pytest.raises(BackendUnavailable, match=r"within 0\.2 s"):
            await ask(backend, 0.2)
        await server.until(lambda one: one.left == 1)


async def test_the_deadline_ends_an_answer_that_does_not() -> None:
    async def babbles(request, asked):  # type: ignore[no-untyped-def]
        return await streams(*[BEGINNING] * 100_000)(request, asked)

    async with ChatServer(babbles) as server, backend_at(server.url) as backend:
        with pytest.raises(BackendUnavailable, match=r"within 0\.3 s"):
            await ask(backend, 0.3)
        await server.until(lambda one: one.left == 1)


async def test_silence_in_the_middle_is_not_waited_out() -> None:
    async with ChatServer(streams(BEGINNING, end="never")) as server:
        async with backend_at(server.url, gap_s=0.1) as backend:
            with pytest.raises(BackendUnavailable, match=r"fell silent for 0\.1 s"):
                await ask(backend)
            await server.until(lambda one: one.left == 1)


async def test_comments_are_not_words() -> None:
    beats = [b": beat\n\n"] * 500
    async with ChatServer(streams(BEGINNING, *beats, end="never")) as server:
        async with backend_at(server.url, gap_s=0.1) as backend:
            with pytest.raises(BackendUnavailable, match="fell silent"):
                await ask(backend)


async def test_a_server_that_keeps_the_line_open_behind_the_end_is_not_waited_for() -> None:
    parts = (BEGINNING, STOP, b"data: [DONE]\n\n")
    async with ChatServer(streams(*parts, end="never")) as server:
        async with backend_at(server.url) as backend:
            now = asyncio.get_running_loop().time
            began_t = now()
            assert (await ask(backend))[1].text == "It says"
            assert now() - began_t < 0.4
            await server.until(lambda one: one.left == 1)


async def test_an_end_that_comes_late_keeps_the_connection() -> None:
    parts = (BEGINNING, STOP, b"data: [DONE]\n\n", b": and good bye\n\n")
    async with ChatServer(streams(*parts)) as server, backend_at(server.url) as backend:
        await ask(backend)
        while backend._behind:
            await asyncio.sleep(0)
        await ask(backend)
        assert server.asked[0].peer == server.asked[1].peer


async def test_more_than_any_answer_is_refused() -> None:
    thought = event(chunk({"reasoning": "x" * 60_000}))
    async with ChatServer(streams(*[thought] * 400)) as server, backend_at(server.url) as backend:
        with pytest.raises(BackendGarbled, match="far more"):
            await ask(backend, 30.0)
        await server.until(lambda one: one.left == 1)
