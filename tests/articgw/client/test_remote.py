"""Answers as server-sent events: whole, failed, broken off, left early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from articgw.client import CallLost, CallRefused, QuestionFailed, Remote
from articgw.protocol import AnswerDelta, Error, GatewayMessage, encode
from tests.articgw.client.test_answers import DONE

TIMEOUT_S = 20.0


class Gateway:
    """Answers each question with ``script``; a str is sent as it is."""

    def __init__(self, *script: GatewayMessage | str) -> None:
        self.script = script
        self.asked: list[dict[str, str]] = []
        self.authorization: list[str | None] = []
        self.holds = False
        self.left = asyncio.Event()

    async def sessions(self, request: web.Request) -> web.Response:
        self.authorization.append(request.headers.get("Authorization"))
        listed = {"session": "a/b", "door": "whip", "size_px": [640, 360], "future": 1}
        return web.json_response({"sessions": [listed]})

    async def ask(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["session"] != "a/b":
            error = {"code": "not_found", "message": "there is no such call"}
            return web.json_response({"error": error}, status=404)
        self.asked.append(await request.json())
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for step in self.script:
            text = step if isinstance(step, str) else f"data: {encode(step)}\n\n"
            await response.write(text.encode())
        try:
            while self.holds:
                await response.write(b": waiting\n\n")
                await asyncio.sleep(0)
        except OSError:
            self.left.set()
        return response


@asynccontextmanager
async def remote(gateway: Gateway, token: str | None = None) -> AsyncGenerator[Remote]:
    app = web.Application()
    app.router.add_get("/api/sessions", gateway.sessions)
    app.router.add_post("/api/sessions/{session:.+}/ask", gateway.ask)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with asyncio.timeout(TIMEOUT_S), Remote(url, token) as opened:
            yield opened
    finally:
        await runner.cleanup()


DELTAS = (AnswerDelta(id="x", text="red "), AnswerDelta(id="x", text="EXIT"))


async def test_an_answer_comes_in_pieces_and_is_whole_at_the_end() -> None:
    gateway = Gateway(": hello\n\n", DELTAS[0], 'data: {"type": "future"}\n\n', DELTAS[1], DONE)
    async with remote(gateway, "secret") as asker:
        (seen,) = await asker.sessions()
        assert (seen.session, seen.door, seen.size_px) == ("a/b", "whip", (640, 360))
        stream = asker.ask(seen.session, "what?")
        assert [piece async for piece in stream] == ["red ", "EXIT"]
        assert stream.answer is not None and stream.answer.done == DONE
        assert gateway.asked == [{"text": "what?", "id": stream.id}]
        assert gateway.authorization == ["Bearer secret"]


async def test_an_error_is_raised_with_its_code() -> None:
    async with remote(Gateway(Error(code="no_frame", message="no picture", id="x"))) as asker:
        with pytest.raises(QuestionFailed, match="no picture") as caught:
            await asker.ask("a/b", "what?").whole()
        assert caught.value.code == "no_frame"


async def test_a_call_that_is_not_there_is_refused() -> None:
    async with remote(Gateway()) as asker:
        with pytest.raises(CallRefused, match="no such call") as caught:
            await asker.ask("other", "what?").whole()
        assert caught.value.status == 404


@pytest.mark.parametrize("script", [(), DELTAS, (DELTAS[0], "data: {"), ("data: garbage\n\n",)])
async def test_an_answer_that_breaks_off_is_lost(script: tuple[GatewayMessage | str, ...]) -> None:
    async with remote(Gateway(*script)) as asker:
        with pytest.raises(CallLost):
            await asker.ask("a/b", "what?").whole()


async def test_leaving_early_hangs_up() -> None:
    gateway = Gateway(DELTAS[0])
    gateway.holds = True
    async with remote(gateway) as asker:
        stream = asker.ask("a/b", "what?")
        assert await anext(stream) == "red "
        await stream.aclose()
        await gateway.left.wait()


async def test_an_open_question_ends_with_the_connection() -> None:
    gateway = Gateway(DELTAS[0])
    gateway.holds = True
    async with remote(gateway) as asker:
        stream = asker.ask("a/b", "what?")
        assert await anext(stream) == "red "
    with pytest.raises(CallLost):
        await anext(stream)
    with pytest.raises(CallLost):
        asker.ask("a/b", "still there?")


async def test_nobody_there_is_lost() -> None:
    async with Remote("http://127.0.0.1:1") as asker:
        with pytest.raises(CallLost, match="http://127.0.0.1:1: Connection refused"):
            await asker.sessions()
        with pytest.raises(CallLost):
            await asker.ask("a", "what?").whole()


def test_the_list_of_calls_may_grow_and_shrink() -> None:
    from articgw.client.remote import Seen

    assert msgspec.json.decode(b'{"session": "s", "later": []}', type=Seen) == Seen("s")
