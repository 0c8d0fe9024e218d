"""A gateway in this process, on a free loopback port.

It takes calls however busy it is: the test's own work is in the same event loop.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from math import inf

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
    settings = replace(config or Config(), max_load=inf)
    served = Gateway(settings, backend or ScriptedBackend(echo))
    runner = web.AppRunner(served.app(), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
