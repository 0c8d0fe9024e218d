"""What is sent again, how often, and what never is."""

from __future__ import annotations

import asyncio

import pytest

from articgw.backends import Prompt, Reply
from articgw.backends.wire.opening import KEEP_ALIVE_S, LARGE_BODY_BYTES
from articgw.errors import BackendError, BackendRefused, BackendUnavailable
from articgw.frame import Frame
from articgw.testing import picture
from tests.articgw.backends.openai_chat.asking import KEY, ask, backend_at
from tests.helpers.chat_server import (
    Behaviour,
    ChatServer,
    fails,
    hangs_up,
    refuses_fields,
    says,
)
from tests.helpers.noise import noise

SOON_S = 5.0
WELL = says("It says EXIT.")

MENDED = [
    ("503", fails(503)),
    ("502", fails(502, b"<html>")),
    ("429 with retry-after", fails(429, headers={"Retry-After": "0"})),
    ("429 with retry-after in ms", fails(429, headers={"retry-after-ms": "20"})),
    ("408", fails(408)),
    ("a connection that is closed", hangs_up()),
]


@pytest.mark.parametrize("first", [case[1] for case in MENDED], ids=[case[0] for case in MENDED])
async def test_what_a_second_try_can_mend_is_tried_once_more(first: Behaviour) -> None:
    async with ChatServer(first, WELL) as server, backend_at(server.url) as backend:
        assert (await ask(backend))[1].text == "It says EXIT."
        assert len(server.asked) == 2
        assert server.asked[0].body == server.asked[1].body


LEFT = [
    ("a second 503", fails(503), 2),
    ("429 without retry-after", fails(429), 1),
    ("retry-after beyond the deadline", fails(503, headers={"Retry-After": "11"}), 1),
    ("500", fails(500), 1),
    ("504", fails(504), 1),
    ("401", fails(401), 1),
    ("400 about something else", fails(400, "the picture cannot be decoded"), 1),
    ("a redirect", fails(307, headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}), 1),
]


@pytest.mark.parametrize(
    ("behaviour", "requests"), [case[1:] for case in LEFT], ids=[case[0] for case in LEFT]
)
async def test_everything_else_is_left_at_that(behaviour: Behaviour, requests: int) -> None:
    async with ChatServer(behaviour) as server, backend_at(server.url) as backend:
        async with asyncio.timeout(SOON_S):
            with pytest.raises(BackendError):
                await ask(backend)
        assert len(server.asked) == requests


@pytest.mark.parametrize("status", [400, 422])
async def test_a_field_that_is_refused_is_left_out_at_once_and_for_ever(status: int) -> None:
    picky = refuses_fields("temperature", "stream_options", "detail", status=status)
    async with ChatServer(picky) as server, backend_at(server.url) as backend:
        assert (await ask(backend))[1].text == "It says EXIT."
        assert len(server.asked) == 4
        assert (await ask(backend))[1].text == "It says EXIT."
        assert len(server.asked) == 5
        last = server.asked[-1]
        assert not {"temperature", "stream_options"} & set(last.body)
        assert list(last.parts[0]["image_url"]) == ["url"]
        assert last.jpeg == server.asked[0].jpeg


async def test_a_field_that_is_refused_although_it_was_left_out_ends_the_question() -> None:
    stubborn = fails(400, {"error": {"message": "no", "param": "temperature"}})
    async with ChatServer(stubborn) as server, backend_at(server.url) as backend:
        with pytest.raises(BackendRefused, match=r"\(400\)"):
            await ask(backend)
        assert len(server.asked) == 2


async def test_degrading_does_not_use_up_the_second_try() -> None:
    picky = refuses_fields("temperature")
    async with ChatServer(picky, fails(503), WELL) as server, backend_at(server.url) as backend:
        await ask(backend)
        assert len(server.asked) == 3


async def test_the_key_goes_to_the_server_and_nowhere_else() -> None:
    async with ChatServer() as server, backend_at(server.url) as backend:
        await ask(backend)
        assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"
        assert server.asked[0].headers["Accept-Encoding"] == "identity"


async def test_a_login_in_the_url_is_shown_to_the_server() -> None:
    async with ChatServer() as server:
        url = server.url.replace("http://", "http://me:pw@")
        async with backend_at(url) as backend:
            await ask(backend)
        assert server.asked[0].headers["Authorization"] == "Basic bWU6cHc="


async def test_connections_are_used_again_and_a_stale_one_costs_one_more_try() -> None:
    assert KEEP_ALIVE_S < 5.0
    async with (
        ChatServer(WELL, WELL, hangs_up(), WELL) as server,
        backend_at(server.url) as backend,
    ):
        await ask(backend)
        await ask(backend)
        assert server.asked[0].peer == server.asked[1].peer
        await ask(backend)
        assert len(server.asked) == 4


async def test_a_picture_above_a_mebibyte_is_sent_as_well() -> None:
    async with ChatServer() as server, backend_at(server.url, picture_px=1600) as backend:
        frame = Frame(picture(1600, 900, rgb=noise(1600, 900)), 0.0)
        parts = [p async for p in backend.ask(Prompt("?", frame), deadline_s=10.0)]
        assert isinstance(parts[-1], Reply)
        assert len(server.asked[0].jpeg) * 4 // 3 > LARGE_BODY_BYTES


async def test_nobody_there_is_said_soon() -> None:
    async with backend_at("http://127.0.0.1:9/v1") as backend:
        with pytest.raises(BackendUnavailable, match="is it running"):
            await ask(backend, 2.0)
