"""A gateway in this process, on a free loopback port."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web

from articgw.backends import Backend
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config
from articgw.server import Gateway


@asynccontextmanager
async def gateway(
    backend: Backend | None = None, config: Config | None = None
) -> AsyncGenerator[str]:
    """Yields the URL."""
    served = Gateway(config or Config(), backend or ScriptedBackend(echo))
    runner = web.AppRunner(served.app(), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
