"""vLLM is sent a picture once, and told its name from then on; nobody else is."""

from __future__ import annotations

import asyncio

import pytest

from articgw.backends import Backend, Prompt, Reply, Shown
from articgw.backends.families import OPENAI
from articgw.backends.wire.by_name import MOST_MISSES
from articgw.errors import BackendRefused
from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import fails, refuses_field, says
from articgw.testing.servers.chat import CHAT
from tests.articgw.backends.before import frame
from tests.articgw.backends.conformance import ADAPTERS, QUESTION, Adapter, ask, prompt

CHATTING: Adapter = next(one for one in ADAPTERS if one.family is OPENAI)


def parts(server: ModelServer, number: int = -1) -> list[dict[str, object]]:
    """The pictures of a request, as they stand in it once the server has put in what it has."""
    shown = [part for said in server.asked[number].body["messages"] for part in said["content"]]
    return [part for part in shown if isinstance(part, dict) and "image_url" in part]


async def answer(backend: Backend, about: Prompt | None = None) -> str:
    return (await ask(backend, about=about))[1].text


async def test_a_picture_is_sent_once() -> None:
    async with ModelServer(CHAT, owner="vllm") as server, CHATTING.backend(server.url) as backend:
        first = prompt()
        for _ in range(3):
            assert await answer(backend, first) == "It says EXIT."
        sent, named, again = server.sent_bytes
        assert named == again < sent - len(server.asked[0].read.base64) + 100
        assert server.asked[2].read.jpeg == server.asked[0].read.jpeg, "it is the same"
        await answer(backend, Prompt(QUESTION, frame(40), earlier=(Shown(first.frame, "?", "!"),)))
        assert len({str(part["uuid"]) for part in parts(server)}) == 2
        assert server.missed == 0


async def test_what_the_server_has_forgotten_is_sent_again() -> None:
    async with ModelServer(CHAT, owner="vllm") as server, CHATTING.backend(server.url) as backend:
        about = Prompt(QUESTION, frame(40), earlier=(Shown(frame(90), "?", "!"),))
        await answer(backend, about)
        del server.kept[next(iter(server.kept))]
        assert await answer(backend, about) == "It says EXIT."
        assert server.missed == 1 and len(server.asked) == 2
        await answer(backend, about)
        assert server.missed == 1 and len(server.kept) == 2


async def test_a_picture_that_was_read_ahead_is_named_by_its_question() -> None:
    async with ModelServer(CHAT, owner="vllm") as server:
        async with CHATTING.backend(server.url, warm="own") as backend:
            about = prompt()
            assert isinstance(await backend.warm(about, deadline_s=10.0), Reply)
            await answer(backend, about)
    assert server.sent_bytes[1] < server.sent_bytes[0] / 2


@pytest.mark.parametrize("owner", ["", "llamacpp", "openai"])
async def test_others_are_told_no_names_and_sent_the_picture_each_time(owner: str) -> None:
    async with ModelServer(CHAT, owner=owner) as server, CHATTING.backend(server.url) as backend:
        for _ in range(2):
            await answer(backend, prompt())
        assert all("uuid" not in part for part in parts(server))
        assert server.kept == {} and server.sent_bytes[0] == server.sent_bytes[1]


async def test_a_server_that_refuses_names_is_told_none() -> None:
    picky = refuses_field("uuid")
    async with ModelServer(CHAT, picky, owner="vllm") as server:
        async with CHATTING.backend(server.url) as backend:
            for _ in range(2):
                assert await answer(backend, prompt()) == "It says EXIT."
        assert len(server.asked) == 3, "learnt once"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "image_url: Input should be a valid dictionary"),
        (422, "messages.1.content.0.image_url: none is not an allowed value"),
        (500, "'NoneType' object has no attribute 'get'"),
    ],
)
async def test_a_server_that_takes_names_and_nothing_alone_is_sent_bytes_and_soon_no_names(
    status: int, words: str
) -> None:
    async with ModelServer(CHAT, owner="vllm") as server, CHATTING.backend(server.url) as backend:
        server.miss_status, server.miss_words = status, words
        about = prompt()
        for _ in range(2 * MOST_MISSES):
            server.kept.clear()
            assert await answer(backend, about) == "It says EXIT."
        assert server.missed == MOST_MISSES
        assert ["uuid" in part for part in parts(server)] == [False]


async def test_a_refusal_that_is_about_something_else_is_told() -> None:
    async with ModelServer(CHAT, says("EXIT"), fails(400, "too long"), owner="vllm") as server:
        async with CHATTING.backend(server.url) as backend:
            about = prompt()
            await answer(backend, about)
            with pytest.raises(BackendRefused, match="too long"):
                await answer(backend, about)
        named, alone, whole = server.sent_bytes
        assert alone < named == whole, "asked once more, with the bytes"


async def test_what_was_not_taken_is_not_counted_on() -> None:
    async with ModelServer(CHAT, fails(400), says("EXIT"), owner="vllm") as server:
        async with CHATTING.backend(server.url) as backend:
            about = prompt()
            with pytest.raises(BackendRefused):
                await answer(backend, about)
            server.kept.clear()
            assert await answer(backend, about) == "EXIT" and server.missed == 0


async def test_a_server_that_takes_few_pictures_is_shown_the_newest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    picky = fails(400, "At most 2 image(s) may be provided in one prompt. (parameter=image)")
    async with ModelServer(CHAT, picky, says("EXIT")) as server:
        async with CHATTING.backend(server.url, frames=4) as backend:
            before = tuple(Shown(frame(shade), "?", "!") for shade in (20, 60))
            about = Prompt(QUESTION, frame(100), earlier=before)
            for _ in range(2):
                assert await answer(backend, about) == "EXIT"
    told = [len(one.read.earlier) for one in server.asked]
    assert told == [2, 1, 1] and "--frames 2" in caplog.text
    newest = {one.read.base64 for one in server.asked}
    assert len(newest) == 1 and server.asked[1].read.earlier == server.asked[0].read.earlier[1:]


async def test_a_server_that_starts_after_us_is_known_from_its_first_answer_on() -> None:
    async with ModelServer(CHAT, owner="vllm") as server:
        server.listing_status = 503
        async with CHATTING.backend(server.url, warm="own") as backend:
            assert not backend.warms
            server.listing_status = 200
            await answer(backend)
            async with asyncio.timeout(10.0):
                while not backend.warms:
                    await asyncio.sleep(0)
            await answer(backend)
            assert len(server.kept) == 1
