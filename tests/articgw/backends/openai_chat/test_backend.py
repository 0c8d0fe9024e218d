"""The contract of a back end, kept over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging

import cv2
import numpy as np
import pytest

from artic_abr import ReadabilitySource
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.errors import BackendUnavailable, ConfigError
from tests.articgw.backends.openai_chat.asking import KEY, PROMPT, ask, backend_at
from tests.helpers.chat_server import (
    MODEL,
    ChatServer,
    fails,
    refuses_fields,
    says,
    says_at_once,
)

LOOK = {"readability": 80, "regions": [{"label": "EXIT", "box": [0.1, 0.1, 0.4, 0.4]}]}


async def test_a_question_becomes_a_request_with_the_picture_first() -> None:
    async with ChatServer() as server, backend_at(server.url, picture_px=320) as backend:
        pieces, reply = await ask(backend)
    assert "".join(pieces) == reply.text == "It says EXIT." and len(pieces) == 3
    assert reply.usage.input_tokens == 350 and reply.usage.cached_tokens == 256
    (asked,) = server.asked
    assert asked.body["model"] == MODEL and asked.body["stream"] is True
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert [part["type"] for part in asked.parts] == ["image_url", "text"]
    assert asked.question == PROMPT.question
    pixels = cv2.imdecode(np.frombuffer(asked.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None and pixels.shape == (180, 320, 3)


async def test_a_trailer_is_not_shown_and_tells_what_the_answer_rests_on() -> None:
    behind = says(f"It says EXIT.\n@@look {json.dumps(LOOK)}")
    async with ChatServer(behind) as server, backend_at(server.url) as backend:
        pieces, reply = await ask(backend)
    assert "".join(pieces) == reply.text == "It says EXIT."
    assert (reply.readability, reply.readability_source) == (0.8, ReadabilitySource.VERBALISED)
    assert [(r.label, r.box) for r in reply.regions] == [("EXIT", (0.1, 0.1, 0.4, 0.4))]
    assert "@@look" in server.asked[0].system


async def test_a_schema_streams_its_answer() -> None:
    written = json.dumps({"answer": "It says EXIT.", **LOOK})
    async with ChatServer(says(written)) as server:
        async with backend_at(server.url, evidence="schema") as backend:
            pieces, reply = await ask(backend)
    assert len(pieces) == 3 and "".join(pieces) == reply.text == "It says EXIT."
    assert reply.readability == 0.8 and len(reply.regions) == 1
    assert server.asked[0].body["response_format"]["type"] == "json_schema"


async def test_a_server_without_schemas_is_asked_for_a_trailer() -> None:
    picky = refuses_fields("response_format")
    async with ChatServer(picky) as server, backend_at(server.url, evidence="schema") as backend:
        assert (await ask(backend))[1].text == "It says EXIT."
    assert "@@look" not in server.asked[0].system and "@@look" in server.asked[1].system


async def test_a_small_model_is_told_its_role_only_and_its_confidence_is_read() -> None:
    sure = says("7", logprob=-0.1)
    async with ChatServer(sure) as server, backend_at(server.url, evidence="none") as backend:
        _, reply = await ask(backend)
    assert server.asked[0].system == "You watch a camera and answer questions about it."
    assert reply.readability == pytest.approx(0.905, abs=1e-3)
    assert reply.readability_source is ReadabilitySource.LOGPROBS


async def test_an_answer_in_one_piece_will_do() -> None:
    async with ChatServer(says_at_once("It says EXIT.")) as server:
        async with backend_at(server.url) as backend:
            assert (await ask(backend))[0] == ["It says EXIT."]


async def test_ten_questions_at_once_do_not_wait_for_each_other() -> None:
    gate = asyncio.Event()
    async with ChatServer(says("It says", gate=gate)) as server, backend_at(server.url) as backend:
        asking = [asyncio.create_task(ask(backend)) for _ in range(10)]
        await server.until(lambda one: one.open == 10)
        gate.set()
        assert {reply.text for _, reply in await asyncio.gather(*asking)} == {"It says"}


async def test_it_does_not_read_ahead() -> None:
    async with ChatServer() as server, backend_at(server.url) as backend:
        assert await backend.look(PROMPT.frame) is None
        assert server.asked == []


async def test_it_starts_without_its_server_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with backend_at("http://127.0.0.1:9/v1") as backend:
        assert "http://127.0.0.1:9 cannot be reached" in backend.about
        assert "is it running?" in caplog.text and backend.model == MODEL


async def test_what_was_wrong_at_the_start_is_forgotten_with_the_first_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with ChatServer() as server:
        monkeypatch.setattr(server, "models_status", 401)
        async with backend_at(server.url) as backend:
            assert "OPENAI_API_KEY" in backend.about
            await ask(backend)
            assert backend.about.endswith("sound sure.")


async def test_pictures_that_leave_the_machine_in_the_clear_are_warned_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        async with backend_at("http://nowhere.invalid/v1") as backend:
            assert "at nowhere.invalid" in backend.about
    assert "without encryption" in caplog.text


async def test_nothing_that_is_logged_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with ChatServer(fails(500)) as server, backend_at(server.url) as backend:
            with pytest.raises(BackendUnavailable):
                await ask(backend)
    assert KEY not in caplog.text


async def test_before_the_start_and_after_the_end_it_is_unavailable() -> None:
    backend = OpenAIChatBackend(parse("openai:m@http://127.0.0.1:9"))
    with pytest.raises(BackendUnavailable, match="before the gateway starts"):
        await ask(backend)
    await backend.start()
    await backend.start()
    await backend.close()
    await backend.close()
    with pytest.raises(BackendUnavailable):
        await ask(backend)


@pytest.mark.parametrize("key", ["two\nlines", "é" * 20, "tab\there"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigError, match="copied whole") as raised:
        OpenAIChatBackend(parse("openai:m@http://h"), api_key=key)
    assert key not in str(raised.value)


def test_white_space_around_a_key_is_no_part_of_it() -> None:
    assert OpenAIChatBackend(parse("openai:m@http://h"), api_key=" key\n")._api_key == "key"
