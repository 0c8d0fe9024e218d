"""A model server that speaks OpenAI's chat completions over real sockets, and does what it is told.

    async with ChatServer(fails(503), says("It says EXIT.")) as server:
        backend = OpenAIChatBackend(parse(f"openai:tiny@{server.url}"))

Each request takes the next behaviour, and the last one for ever. What it says in good health is
what OpenAI's own Python client reads (tried by hand with openai 3.54).
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

MODEL = "tiny-vlm"
MAX_BODY_BYTES = 64 << 20


@dataclass(frozen=True)
class Asked:
    """One request."""

    t: float
    """When its last byte was there, s on the monotonic clock."""
    headers: Mapping[str, str]
    body: dict[str, Any]
    peer: object
    """Address and port that it came from: equal for requests on one connection."""

    @property
    def system(self) -> str:
        """The system message."""
        return str(self.body["messages"][0]["content"])

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What the user shows and says."""
        parts: list[dict[str, Any]] = self.body["messages"][1]["content"]
        return parts

    @property
    def question(self) -> str:
        """The text behind the picture."""
        return str(self.parts[-1]["text"])

    @property
    def jpeg(self) -> bytes:
        """The picture."""
        return b64decode(self.parts[0]["image_url"]["url"].partition(",")[2])


Behaviour = Callable[[web.Request, Asked], Awaitable[web.StreamResponse]]


class ChatServer:
    """On a free loopback port, while the block lasts."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._behaviours = list(behaviours) or [says("It says EXIT.")]
        self._tls = tls
        self.models_status = 200
        """Of the list of models."""
        self.asked: list[Asked] = []
        """Requests so far, oldest first."""
        self.open = 0
        """Requests that are being answered."""
        self.left = 0
        """Requests whose client hung up before their end."""
        self.url = ""
        """The API's base."""
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, holds: Callable[[ChatServer], bool], within_s: float = 10.0) -> None:
        """Returns when ``holds`` does. Raises ``TimeoutError``."""
        async with asyncio.timeout(within_s):
            while not holds(self):
                self._changed.clear()
                await self._changed.wait()

    async def _models(self, _request: web.Request) -> web.StreamResponse:
        listed = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
        return web.json_response(listed, status=self.models_status)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        peer = request.transport and request.transport.get_extra_info("peername")
        number = min(len(self.asked), len(self._behaviours) - 1)
        asked = Asked(time.monotonic(), request.headers, body, peer)
        self.asked.append(asked)
        self.open += 1
        self._changed.set()
        try:
            return await self._behaviours[number](request, asked)
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise
        finally:
            self.open -= 1
            self._changed.set()


def says(
    text: str,
    *,
    finish: str | None = "stop",
    done: bool = True,
    word_by_word: bool = True,
    gate: asyncio.Event | None = None,
    logprob: float | None = None,
) -> Behaviour:
    """The answer in good health. It waits for ``gate`` behind its first word."""

    async def behave(request: web.Request, asked: Asked) -> web.StreamResponse:
        response = await _begin(request)
        await response.write(event(chunk({"role": "assistant", "content": ""})))
        words = text.replace(" ", "\0 ").split("\0") if word_by_word else [text]
        for number, word in enumerate(words):
            await response.write(event(chunk({"content": word}, logprob=logprob)))
            if gate is not None and number == 0:
                await gate.wait()
        if finish is not None:
            await response.write(event(chunk({}, finish)))
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            await response.write(event({**chunk(None), "usage": usage(len(words))}))
        if done:
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    return behave


def says_at_once(text: str) -> Behaviour:
    """The answer of a server that does not stream."""

    async def behave(_request: web.Request, _asked: Asked) -> web.StreamResponse:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 0, "model": MODEL,
             "choices": [choice], "usage": usage(1)}
        )  # fmt: skip

    return behave


def fails(
    status: int, complaint: object = "", headers: Mapping[str, str] | None = None
) -> Behaviour:
    """A refusal; ``complaint`` is the body, as JSON if it is not bytes."""

    async def behave(_request: web.Request, _asked: Asked) -> web.StreamResponse:
        if isinstance(complaint, bytes):
            return web.Response(status=status, body=complaint, headers=headers)
        body = complaint if isinstance(complaint, dict) else {"error": {"message": complaint}}
        return web.json_response(body, status=status, headers=headers)

    return behave


def refuses_fields(*names: str, status: int = 400, then: Behaviour | None = None) -> Behaviour:
    """Takes no request that has one of these fields, and names the first that it finds."""

    async def behave(request: web.Request, asked: Asked) -> web.StreamResponse:
        for name in names:
            if name in asked.body or name in asked.parts[0]["image_url"]:
                error = {"message": f"Unsupported parameter: '{name}'", "param": name}
                return web.json_response({"error": error}, status=status)
        return await (then or says("It says EXIT."))(request, asked)

    return behave


def streams(*parts: bytes, end: str = "well", content_type: str = "text/event-stream") -> Behaviour:
    """These bytes, each in a packet of its own, then an ``end``: well, half (closed for writing
    only), cut (reset), or never."""

    async def behave(request: web.Request, _asked: Asked) -> web.StreamResponse:
        response = await _begin(request, content_type)
        for part in parts:
            await response.write(part)
            await pause(0.002)
        if end == "well":
            await response.write_eof()
            return response
        assert request.transport is not None
        if end == "half":
            request.transport.write_eof()
        if end == "cut":
            request.transport.abort()
        await asyncio.Event().wait()
        return response

    return behave


def stalls() -> Behaviour:
    """Takes the request and never answers."""

    async def behave(_request: web.Request, _asked: Asked) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("nothing ends this wait")

    return behave


def hangs_up() -> Behaviour:
    """Takes the request and closes the connection."""

    async def behave(request: web.Request, _asked: Asked) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        await asyncio.Event().wait()
        raise AssertionError("nothing ends this wait")

    return behave


def repeats_the_request(status: int) -> Behaviour:
    """Fails with all that it was sent in its complaint, as careless servers do."""

    async def behave(_request: web.Request, asked: Asked) -> web.StreamResponse:
        said = f"{asked.question} {asked.headers} {json.dumps(asked.body)}"
        return web.json_response({"error": {"message": said}}, status=status)

    return behave


def chunk(
    delta: dict[str, Any] | None, finish: str | None = None, *, logprob: float | None = None
) -> dict[str, Any]:
    """One chunk of an answer; without ``delta`` it has no choices."""
    words = None
    if logprob is not None and delta is not None:
        word = {"token": delta["content"], "logprob": logprob, "bytes": None, "top_logprobs": []}
        words = {"content": [word]}
    choice = {"index": 0, "delta": delta, "logprobs": words, "finish_reason": finish}
    return {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": MODEL,
        "choices": [] if delta is None else [choice],
    }  # fmt: skip


def event(data: object) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def usage(output: int) -> dict[str, Any]:
    """Of a prompt of 350 tokens, most of them cached."""
    return {
        "prompt_tokens": 350, "completion_tokens": output, "total_tokens": 350 + output,
        "prompt_tokens_details": {"cached_tokens": 256},
    }  # fmt: skip


async def pause(seconds: float) -> None:
    """A server that takes its time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def _begin(
    request: web.Request, content_type: str = "text/event-stream"
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": content_type})
    await response.prepare(request)
    return response
