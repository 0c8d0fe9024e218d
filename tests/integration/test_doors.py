"""Questions over HTTP to real calls: what is asked, who may, and what ends it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from articgw.backends.scripted import ScriptedBackend, Turn, echo
from articgw.config import Config
from articgw.protocol import AnswerDone, Ask, Error, GatewayMessage, decode_gateway
from articgw.tokens import Scope, mint
from tests.helpers.gateway import gateway
from tests.integration.caller import Caller, calling, frames_arrive, health, sessions_end

pytestmark = pytest.mark.integration

SECRET = "0123456789abcdef" * 2


def bearer(*scopes: Scope, subject: str, session: str | None = None) -> dict[str, str]:
    token = mint(SECRET, scopes=scopes, now=time.time(), subject=subject, session=session)
    return {"Authorization": f"Bearer {token}"}


async def asked(
    url: str, session: str, text: str = "what?", headers: dict[str, str] | None = None
) -> tuple[int, list[GatewayMessage]]:
    """Status, and the messages of the whole stream."""
    async with aiohttp.ClientSession() as http:
        async with http.post(
            f"{url}/api/sessions/{session}/ask", json={"text": text}, headers=headers
        ) as response:
            body = await response.text()
    if response.status != 200:
        return response.status, []
    assert response.content_type == "text/event-stream"
    data = [line[6:] for line in body.splitlines() if line.startswith("data: ")]
    names = [line[7:] for line in body.splitlines() if line.startswith("event: ")]
    assert names == [json.loads(one)["type"] for one in data]
    return 200, [decode_gateway(one) for one in data]


async def listed(url: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{url}/api/sessions", headers=headers) as response:
            assert response.status == 200
            sessions: list[dict[str, Any]] = (await response.json())["sessions"]
            return sessions


async def test_a_call_is_asked_over_http_and_its_own_client_hears_nothing_of_it() -> None:
    async with gateway() as url, calling(url) as caller:
        await frames_arrive(url)
        status, messages = await asked(url, caller.session, "What is that?")
        assert status == 200
        *deltas, done = messages
        assert isinstance(done, AnswerDone) and "What is that?" in done.text
        assert "".join(delta.text for delta in deltas).strip() == done.text  # type: ignore[union-attr]
        assert not any(isinstance(heard, AnswerDone) for heard in caller.heard)
        async with aiohttp.ClientSession() as http, http.get(url + done.frame_url) as look:
            assert look.status == 200
        (shown,) = await listed(url, {})
        assert (shown["tokens"], shown["price_usd"], done.price_usd) == (0, 0.0, 0.0)


async def test_a_question_before_any_picture_ends_in_its_error() -> None:
    async with gateway() as url, calling(url, camera=False) as caller:
        _, (error,) = await asked(url, caller.session)
        assert isinstance(error, Error) and error.code == "no_frame" and error.id


async def test_whoever_asks_last_is_answered_by_whatever_door() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend([Turn("first", gate=gate), Turn("second")])
    async with gateway(backend) as url, calling(url) as caller:
        await frames_arrive(url)
        waiting = asyncio.create_task(asked(url, caller.session))
        await backend.asked(1)
        caller.say(Ask(id="1", text="and now?"))
        assert (await caller.hears(AnswerDone)).text == "second"
        _, (error,) = await waiting
        assert isinstance(error, Error) and error.code == "superseded"


async def test_who_leaves_early_does_not_keep_the_model_busy() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend([Turn("never", gate=gate), Turn("next")])
    async with gateway(backend) as url, calling(url) as caller:
        await frames_arrive(url)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asked(url, caller.session), 0.5)
        async with asyncio.timeout(10):
            while not backend.cancelled:
                await asyncio.sleep(0.05)
        _, messages = await asked(url, caller.session)
        assert isinstance(messages[-1], AnswerDone)


async def test_a_call_that_ends_ends_its_question() -> None:
    backend = ScriptedBackend([Turn("never", gate=asyncio.Event())])
    async with gateway(backend) as url:
        async with calling(url) as caller:
            await frames_arrive(url)
            waiting = asyncio.create_task(asked(url, caller.session))
            await backend.asked(1)
        _, (error,) = await waiting
        assert isinstance(error, Error) and error.code == "cancelled"


async def test_others_calls_do_not_exist() -> None:
    anna = bearer("create", "ask", subject="anna")
    ben = bearer("create", "ask", subject="ben")
    async with gateway(config=Config(token=SECRET)) as url:
        caller = Caller(url)
        await caller.call(**anna)
        await frames_arrive(url)
        session = caller.session
        assert [one["session"] for one in await listed(url, anna)] == [session]
        assert await listed(url, ben) == []
        assert len(await listed(url, bearer("ask", "operate", subject="op"))) == 1
        only = bearer("ask", subject="guest", session=session)
        other = bearer("ask", subject="guest", session="another")
        assert (await asked(url, session, headers=anna))[0] == 200
        assert (await asked(url, session, headers=only))[0] == 200
        statuses = [
            (await asked(url, id_, headers=headers))[0]
            for id_, headers in ((session, ben), (session, other), ("nothing", ben))
        ]
        assert statuses == [404, 404, 404]
        assert (await asked(url, session, headers=bearer("create", subject="anna")))[0] == 403
        assert (await asked(url, session))[0] == 401
        await caller.hang_up()


async def test_a_call_can_be_hung_up_by_its_owner_only() -> None:
    anna, ben = bearer("create", subject="anna"), bearer("create", subject="ben")
    async with gateway(config=Config(token=SECRET)) as url, aiohttp.ClientSession() as http:
        caller = Caller(url)
        await caller.call(**anna)
        path = f"{url}/api/sessions/{caller.session}"
        async with http.delete(path, headers=ben) as response:
            assert response.status == 404
        assert (await health(url))["sessions"] == 1
        async with http.delete(path, headers=anna) as response:
            assert response.status == 204
        await sessions_end(url)
        await caller.hang_up()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"text": 3}', 400), (b'{"text": "?", "id": "a b"}', 400)],
)
async def test_a_bad_question_is_told_what_is_wrong(body: bytes, status: int) -> None:
    async with gateway(ScriptedBackend(echo)) as url, aiohttp.ClientSession() as http:
        async with calling(url) as caller:
            path = f"{url}/api/sessions/{caller.session}/ask"
            headers = {"Content-Type": "application/json"}
            async with http.post(path, data=body, headers=headers) as response:
                assert response.status == status
                assert (await response.json())["error"]["message"]


ORIGIN = "https://app.example.org"


@pytest.mark.parametrize(
    ("configured", "origin", "let_in"),
    [((), ORIGIN, False), ((ORIGIN,), ORIGIN, True), ((ORIGIN,), "https://evil.example", False),
     (("*",), "https://any.example", True)],
)  # fmt: skip
async def test_other_origins_pages_are_kept_out_unless_configured(
    configured: tuple[str, ...], origin: str, let_in: bool
) -> None:
    config = Config(cors_origins=configured)
    async with gateway(config=config) as url, aiohttp.ClientSession() as http:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        async with http.options(f"{url}/offer", headers=asks) as response:
            assert (response.headers.get("Access-Control-Allow-Origin") == origin) == let_in
            assert (response.status == 204) == let_in
        async with http.post(f"{url}/offer", data=b"", headers={"Origin": origin}) as response:
            assert response.status == 415
            assert ("Access-Control-Expose-Headers" in response.headers) == let_in
