"""A model server that thinks nothing and notes when things came: chat completions, streamed.

    python -m tests.bench._doors_stub        prints "ready http://127.0.0.1:PORT"

POST /v1/chat/completions    four tokens, after `THINK_S`
GET  /v1/models              its one model
GET  /log                    a JSON list of `Served`, and forgets them

Times are of the machine's monotonic clock, which all its processes share.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

READY = "ready "
THINK_S = 0.02
GAP_S = 0.005
TOKENS = ("I ", "see ", "a ", "room.")
_KEY = re.compile(rb"\[(q-[a-z0-9-]+)\]")


@dataclass(frozen=True, slots=True)
class Served:
    """One request."""

    key: str | None
    """What the question had in square brackets; None where it had nothing."""
    first_t: float
    """s, when the first byte of the request had come."""
    last_t: float
    """s, when the last one had."""
    body_bytes: int
    new_connection: bool
    token_t: float
    """s, just before the first token was written."""


class Noting(web.RequestHandler):
    """One connection, which notes when bytes come."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.first_t: float | None = None
        self.last_t = 0.0
        self.requests = 0

    def data_received(self, data: bytes) -> None:
        """Called by the event loop, before anything is parsed."""
        self.last_t = time.monotonic()
        if self.first_t is None:
            self.first_t = self.last_t
        super().data_received(data)


class NotingServer(web.Server):
    """Makes `Noting` connections."""

    def __call__(self) -> Noting:
        return Noting(self, loop=self._loop, **self._kwargs)


class Stub:
    """The handler of every request."""

    def __init__(self) -> None:
        self._served: list[Served] = []

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """By path."""
        if request.path == "/log":
            served, self._served = self._served, []
            return web.json_response([asdict(one) for one in served])
        if request.path.endswith("/models"):
            return web.json_response({"object": "list", "data": [{"id": "stub"}]})
        if not request.path.endswith("/chat/completions"):
            return web.json_response({"error": {"message": "no such path"}}, status=404)
        return await self._complete(request)

    async def _complete(self, request: web.BaseRequest) -> web.StreamResponse:
        body = b"".join([chunk async for chunk in request.content.iter_any()])
        connection = request.protocol
        assert isinstance(connection, Noting) and connection.first_t is not None
        first_t, last_t = connection.first_t, connection.last_t
        connection.requests += 1
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await asyncio.sleep(THINK_S)
        await response.prepare(request)
        token_t = time.monotonic()
        for token in TOKENS:
            await response.write(chunk({"content": token}))
            await asyncio.sleep(GAP_S)
        await response.write(chunk({}, finish="stop"))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        connection.first_t = None
        key = _KEY.search(body)
        served = Served(
            key=key[1].decode() if key else None,
            first_t=first_t,
            last_t=last_t,
            body_bytes=len(body),
            new_connection=connection.requests == 1,
            token_t=token_t,
        )
        self._served.append(served)
        return response


def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    """One event of the stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "c", "object": "chat.completion.chunk", "model": "stub", "choices": [choice]}
    return f"data: {json.dumps(event)}\n\n".encode()


async def main() -> None:
    """Serve until SIGTERM."""
    runner = web.ServerRunner(NotingServer(Stub().handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ended = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, ended.set)
    print(f"{READY}http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
