"""A tool behind a URL, over real sockets."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ToolServer:
    """What it was asked."""

    url: str = ""
    asked: list[Any] = field(default_factory=list)
    """Bodies, oldest first."""
    headers: list[Any] = field(default_factory=list)
    left: int = 0
    """Requests whose client hung up before their end."""


@asynccontextmanager
async def tool_server(answer: Answer) -> AsyncGenerator[ToolServer]:
    """While the block lasts."""
    server = ToolServer()

    async def handle(request: web.Request) -> web.StreamResponse:
        server.asked.append(await request.json())
        server.headers.append(request.headers)
        try:
            return await answer(request)
        except BaseException:
            server.left += 1
            raise

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/tool"
        yield server
    finally:
        await runner.cleanup()


def says(text: str, status: int = 200, kind: str = "application/json") -> Answer:
    """The same to everybody."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type=kind)

    return answer
