"""A model server on a free loopback port, which does what it is told.

    async with ModelServer(MESSAGES, fails(503), says("It says EXIT.")) as server:
        backend = AnthropicBackend(parse(f"anthropic:tiny@{server.url}", ANTHROPIC))

Each request takes the next behaviour, and the last one for ever.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from articgw.testing.servers.behaviours import Behaviour, HttpTalk, SocketTalk, says
from articgw.testing.servers.wire import Read, Wire

MAX_BODY_BYTES = 64 << 20


@dataclass(frozen=True)
class Asked:
    """One request."""

    t: float
    """When its last byte was there, s on the monotonic clock."""
    headers: Mapping[str, str]
    body: dict[str, Any]
    read: Read
    key: str | None
    """The key that it showed."""
    peer: object
    """Address and port that it came from: equal for requests on one connection."""


class ModelServer:
    """While the block lasts."""

    def __init__(
        self,
        wire: Wire,
        *behaviours: Behaviour,
        tls: ssl.SSLContext | None = None,
        owner: str = "",
    ) -> None:
        """``owner`` is whom its list of models names; "vllm" keeps pictures under their names."""
        self.wire = wire
        self.kept: dict[str, str] = {}
        """Pictures that came with a name; what is taken out is forgotten."""
        self._owner = owner
        self._behaviours = list(behaviours) or [says("It says EXIT.")]
        self._tls = tls
        self.listing_status = 200
        """Of the list of models."""
        self.asked: list[Asked] = []
        """Requests so far, oldest first."""
        self.miss_status = 400
        self.miss_words = "Cache miss for image at index {} but data is not provided."
        """How a picture is refused that is named and not kept; the braces are its place."""
        self.missed = 0
        """Requests that named a picture which is not kept."""
        self.sent_bytes: list[int] = []
        """Length of each request so far, those that missed included."""
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
        if self.wire.is_socket:
            app.router.add_get(self.wire.route, self._connect)
        else:
            app.router.add_post(self.wire.route, self._ask)
        app.router.add_get(self.wire.listing, self._list)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}{self.wire.base}"
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def until(self, holds: Callable[[ModelServer], bool], within_s: float = 10.0) -> None:
        """Returns when ``holds`` does. Raises ``TimeoutError``."""
        async with asyncio.timeout(within_s):
            while not holds(self):
                self._changed.clear()
                await self._changed.wait()

    async def _list(self, _request: web.Request) -> web.StreamResponse:
        data = [{"id": "m", "object": "model", "owned_by": self._owner}] if self._owner else []
        return web.json_response({"data": data, "models": []}, status=self.listing_status)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        sent = await request.read()
        self.sent_bytes.append(len(sent))
        body = json.loads(sent)
        lacks = self.wire.recall(body, self.kept)
        if lacks is not None:
            self.missed += 1
            complaint = self.wire.complaint(self.miss_status, self.miss_words.format(lacks))
            return web.json_response(complaint, status=self.miss_status)
        behaviour = self._next()
        read = self.wire.read(body, str(request.rel_url))
        with self._answering(request, body, read):
            if behaviour.refuse is not None:
                return await behaviour.refuse(request, self.wire, body)
            talk = HttpTalk(request, self.wire, body)
            await behaviour.speak(talk)
            return talk.response

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        behaviour = self._next()
        if behaviour.refuse is not None:
            with self._answering(request, {}, Read("", "", "", "")):
                return await behaviour.refuse(request, self.wire, {})
        socket = web.WebSocketResponse(max_msg_size=MAX_BODY_BYTES)
        await socket.prepare(request)
        answers: set[asyncio.Task[None]] = set()
        try:
            body: dict[str, Any] = {}
            async for message in socket:
                body = self.wire.merged(body, json.loads(message.data))
                for event in self.wire.replies_to(body):
                    await socket.send_str(self.wire.framed(event).decode())
                if self.wire.is_question(body):
                    answers.add(asyncio.create_task(self._reply(request, socket, body)))
        finally:
            for answer in answers:
                answer.cancel()
            await asyncio.gather(*answers, return_exceptions=True)
        return socket

    async def _reply(
        self, request: web.Request, socket: web.WebSocketResponse, body: dict[str, Any]
    ) -> None:
        behaviour = self._next()
        read = self.wire.read(body, str(request.rel_url))
        with self._answering(request, body, read):
            if behaviour.refuse is not None:
                await behaviour.refuse(request, self.wire, body)
            else:
                await behaviour.speak(SocketTalk(request, socket, self.wire, body))

    def _next(self) -> Behaviour:
        return self._behaviours[min(len(self.asked), len(self._behaviours) - 1)]

    @contextmanager
    def _answering(self, request: web.Request, body: dict[str, Any], read: Read) -> Iterator[None]:
        peer = request.transport and request.transport.get_extra_info("peername")
        key = self.wire.key_in(request.headers)
        self.asked.append(Asked(time.monotonic(), request.headers, body, read, key, peer))
        self.open += 1
        self._changed.set()
        try:
            yield
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise
        finally:
            self.open -= 1
            self._changed.set()
