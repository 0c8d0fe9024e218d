"""Servers behind a gateway that repeat every secret they are given, as careless ones do.

`Parrot` is a model server that fails in the way the question asks for (`[401]`, `[garbled]`, …) and
says back the key, the question and the picture each time; `[tool]` and `[sorrytool]` ask for a
tool, which it is as well. `refusing_turn` is a TURN server that lets nobody in. Both remember what
they were given.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import quote

from aiohttp import web
from aioice import stun
from aioice.turn import make_integrity_key

_MANNER = re.compile(r"\[([a-z0-9]+)\]")
_PICTURE = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
_NO_PICTURE = "no picture"


class Parrot:
    """One model server, and one more address that nobody is meant to follow it to."""

    def __init__(self, answer: str, word: str) -> None:
        """``word`` is what its tool says."""
        self.pictures: list[bytes] = []
        """JPEG files that came."""
        self.keys: list[str] = []
        """What stood in ``Authorization``, of each question."""
        self.lured: list[bytes] = []
        """What came to the other address: header fields, then the body."""
        self.tools: list[str] = []
        """What stood in ``Authorization``, of each tool call."""
        self.url = ""
        self._answer = answer
        self._word = word
        self._manners: dict[str, Callable[[web.Request, str], Awaitable[web.StreamResponse]]] = {
            "ok": self._ok,
            "half": self._half,
            "garbled": self._garbled,
            "inside": self._inside,
            "elsewhere": self._elsewhere,
            "tool": self._tool,
            "sorrytool": self._tool,
        }

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(client_max_size=1 << 24)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_post("/price", self._price)
        app.router.add_route("*", "/elsewhere", self._lured)
        return app

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        question = json.loads(body)["messages"][1]["content"][-1]["text"]
        key = request.headers.get("Authorization", "")
        picture = _PICTURE.search(body)
        self.keys.append(key)
        if picture:
            self.pictures.append(b64decode(picture[1]))
        manner = _MANNER.search(question)
        name = manner[1] if manner else "ok"
        said = repeated(key, question, picture[1] if picture else _NO_PICTURE, body)
        if name.isdigit():
            return self._fails(int(name), said)
        try:
            return await self._manners[name](request, said)
        except ConnectionResetError:  # who asked has left
            return web.Response()

    def _fails(self, status: int, said: str) -> web.StreamResponse:
        if status == 502:
            page = f"<html><body><h1>Bad Gateway</h1>{html.escape(said)}</body></html>"
            return web.Response(status=status, text=page, content_type="text/html")
        error = {"message": said, "type": "server_error", "param": said[:200], "code": said[:100]}
        return web.json_response({"error": error}, status=status, headers={"X-Repeated": said[:99]})

    async def _ok(self, request: web.Request, _said: str) -> web.StreamResponse:
        response = await _stream(request)
        for word in self._answer.split(" "):
            await response.write(event(word + " "))
        await response.write(event("", finish="stop") + b"data: [DONE]\n\n")
        return response

    async def _tool(self, request: web.Request, said: str) -> web.StreamResponse:
        body = await request.json()
        if body["messages"][-1]["role"] == "tool":
            return await self._ok(request, said)
        question = body["messages"][1]["content"][-1]["text"]
        wanted = ({"name": "price", "arguments": json.dumps({"article": question})},
                  {"name": question, "arguments": "{}"})  # fmt: skip
        calls = [
            {"index": n, "id": f"c{n}", "type": "function", "function": one}
            for n, one in enumerate(wanted)
        ]
        choice = {"index": 0, "delta": {"tool_calls": calls}, "finish_reason": "tool_calls"}
        response = await _stream(request)
        await response.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _price(self, request: web.Request) -> web.StreamResponse:
        asked, key = await request.text(), request.headers.get("Authorization", "")
        self.tools.append(key)
        said = f"{self._word} {key} {asked} {request.rel_url}"
        return web.Response(text=said, status=500 if "sorrytool" in asked else 200)

    async def _half(self, request: web.Request, said: str) -> web.StreamResponse:
        response = await _stream(request)
        await response.write(event("I see") + f"data: {said[:300]}".encode())
        assert request.transport is not None
        request.transport.abort()
        return response

    async def _garbled(self, request: web.Request, said: str) -> web.StreamResponse:
        response = await _stream(request)
        await response.write(f"data: {{not JSON: {said}\n\ndata: [DONE]\n\n".encode())
        return response

    async def _inside(self, request: web.Request, said: str) -> web.StreamResponse:
        response = await _stream(request)
        await response.write(event("I see"))
        error = {"error": {"message": said, "code": 500, "type": said[:100]}}
        await response.write(f"data: {json.dumps(error)}\n\n".encode())
        return response

    async def _elsewhere(self, _request: web.Request, said: str) -> web.StreamResponse:
        other = self.url.replace("127.0.0.1", "localhost")
        return web.Response(status=307, headers={"Location": f"{other}/elsewhere"}, text=said)

    async def _lured(self, request: web.Request) -> web.StreamResponse:
        fields = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        self.lured.append(fields.encode() + b"\n\n" + await request.read())
        return web.Response(status=404)


def repeated(key: str, question: str, picture: str, body: str) -> str:
    """All that a server was sent, in the spellings that servers repeat it in."""
    bare = key.removeprefix("Bearer ")
    return " ".join(
        (
            f"Incorrect API key provided: {bare}.",
            f"Authorization: {key}, {quote(bare, safe='')}, {b64encode(bare.encode()).decode()},",
            f"{bare[:8]}***{bare[-4:]}.",
            f"You asked {question!r}, {json.dumps(question)}, {html.escape(question)},",
            f"{quote(question)}, {question.upper()}, {question[: len(question) // 2]}...",
            f"Input should be a valid string, input_value={picture[2000:2300]!r}.",
            body[-300:],
            body[:5000],
        )
    )


def event(text: str, finish: str | None = None) -> bytes:
    """One event of a stream of chat completions."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n".encode()


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


@asynccontextmanager
async def parroting(answer: str, word: str) -> AsyncIterator[Parrot]:
    """A parrot on a free loopback port; ``word`` is what its tool says."""
    parrot = Parrot(answer, word)
    runner = web.AppRunner(parrot.app(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        parrot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield parrot
    finally:
        await runner.cleanup()


class _Turn(asyncio.DatagramProtocol):
    """Asks for name and password, and then refuses them (RFC 8656, 5)."""

    def __init__(self, user: str, credential: str) -> None:
        self._key = make_integrity_key(user, "articgw", credential)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        asked = stun.parse_message(data)
        reply = stun.Message(
            message_method=asked.message_method,
            message_class=stun.Class.ERROR,
            transaction_id=asked.transaction_id,
        )
        if "USERNAME" in asked.attributes:
            reply.attributes["ERROR-CODE"] = (403, "Forbidden")
            reply.add_message_integrity(self._key)
        else:
            reply.attributes["ERROR-CODE"] = (401, "Unauthorized")
            reply.attributes["REALM"] = "articgw"
            reply.attributes["NONCE"] = b"0123456789"
        assert self._transport is not None
        self._transport.sendto(bytes(reply), address)


@asynccontextmanager
async def refusing_turn(user: str, credential: str) -> AsyncIterator[str]:
    """Yields its URL, as in an RTCIceServer."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Turn(user, credential), local_addr=("127.0.0.1", 0)
    )
    try:
        yield f"turn:127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()
