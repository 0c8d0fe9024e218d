"""Questions over HTTP, for calls whose camera has no data channel; and the list of calls.

GET  /api/sessions             {"sessions": [{session, door, age_s, connected, …}]}, own ones only
POST /api/sessions/ID/ask      {text, id?} → the messages of docs/protocol.md as server-sent events
PUT  /api/sessions/ID/tools    {tools} → {offered, refused}: what the model may use from now on
DELETE /api/sessions/ID        hang up

One event per message, named by its type; the last one is answer.done or error. Whoever leaves early
cancels the question. aiohttp-sse was rejected: a package for the three lines of `_event`.
"""

from __future__ import annotations

import asyncio
import secrets
import time

import msgspec
from aiohttp import web

from articgw.calls import Call, Calls
from articgw.doors.body import json_body
from articgw.gate import Refusal, allow
from articgw.protocol import (
    AnswerDone,
    Ask,
    Error,
    GatewayMessage,
    MessageError,
    QuestionId,
    encode,
)
from articgw.tools.spec import Tool

BEAT_S = 2.0
"""A comment so often while a model thinks: proxies keep the line, and leavers are noticed."""


class AskBody(msgspec.Struct, frozen=True):
    """Body of ``POST /api/sessions/ID/ask``."""

    text: str
    id: QuestionId | None = None


class ToolsBody(msgspec.Struct, frozen=True):
    """Body of ``PUT /api/sessions/ID/tools``."""

    tools: tuple[Tool, ...]


class AskDoor:
    """Everything under /api/sessions but the looks."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add_to(self, app: web.Application) -> None:
        """Its routes."""
        app.router.add_get("/api/sessions", self._list)
        app.router.add_post("/api/sessions/{session}/ask", self._ask)
        app.router.add_put("/api/sessions/{session}/tools", self._register)
        app.router.add_delete("/api/sessions/{session}", self._hang_up)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        caller, now = allow(request, "ask"), time.monotonic()
        listed = [_shown(call, now) for call in self._calls.seen_by(caller)]
        return web.json_response({"sessions": listed})

    async def _hang_up(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "create")
        await self._calls.hang_up(self._calls.find(request.match_info["session"], caller))
        return web.Response(status=204)

    async def _register(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "ask")
        session = self._calls.find(request.match_info["session"], caller).session
        body = await json_body(request, ToolsBody)
        try:
            taken = session.register(body.tools)
        except MessageError as error:
            raise Refusal(422, error.code, str(error)) from error
        return web.json_response({"offered": taken.offered, "refused": taken.refused})

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "ask")
        session = self._calls.find(request.match_info["session"], caller).session
        body = await json_body(request, AskBody)
        ask = Ask(id=body.id or f"http-{secrets.token_hex(6)}", text=body.text)
        messages: asyncio.Queue[GatewayMessage] = asyncio.Queue()
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        session.ask(ask, messages.put_nowait)
        open_ = True
        try:
            while open_:
                try:
                    message = await asyncio.wait_for(messages.get(), BEAT_S)
                except TimeoutError:
                    await response.write(b": waiting\n\n")
                    continue
                open_ = not isinstance(message, AnswerDone | Error)
                await response.write(_event(message))
        finally:
            if open_:
                session.cancel(ask.id)
        await response.write_eof()
        return response


def _event(message: GatewayMessage) -> bytes:
    kind = message.__struct_config__.tag
    return f"event: {kind}\ndata: {encode(message)}\n\n".encode()


def _shown(call: Call, now: float) -> dict[str, object]:
    vitals = call.session.vitals(now=now)
    newest, spent = call.peer.slot.newest, call.session.ledger
    return {
        "session": call.session.id,
        "door": call.door,
        "age_s": round(now - call.began_t, 1),
        "frames": call.peer.slot.received,
        "size_px": None if newest is None else newest.size_px,
        "frame_age_ms": vitals.frame_age_ms,
        "fps": vitals.fps,
        "received_bps": vitals.received_bps,
        "readability": vitals.readability,
        "tokens": spent.usage.input_tokens + spent.usage.output_tokens,
        "price_usd": spent.price_usd,
        "tool_calls": spent.tool_calls,
    }
