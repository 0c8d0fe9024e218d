"""Runs a gateway until it is told to stop.

The model loads in processes of its own while the network stack is imported in a thread: that is a
second of the start. SIGTERM, which service managers send, lets live calls end first; a second one,
or SIGINT (Ctrl-C), does not.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
from collections.abc import Coroutine
from typing import Any

from articgw.backends import registry
from articgw.backends.environment import keys_in
from articgw.config import Config
from articgw.errors import ConfigError
from articgw.memory import settle
from articgw.priority import go_first

READY = "articgw ready on"
"""First words of the line that says that the page is served; tools wait for it."""
SHUTDOWN_TIMEOUT_S = 5.0


async def serve(config: Config) -> None:
    """Serve until SIGINT, or until SIGTERM and the end of the live calls.

    Raises `ConfigError` and `BackendError`.
    """
    config.check()
    log = logging.getLogger(__name__)
    if not go_first():
        log.info("no right to run first: a busy machine may delay media (docs/design.md)")
    backend = registry.load(config, keys_in(os.environ))
    loading = asyncio.create_task(backend.start())
    await asyncio.to_thread(importlib.import_module, "articgw.server")
    from aiohttp import web

    from articgw.server import Gateway

    await loading
    settle()
    gateway = Gateway(config, backend)
    runner = web.AppRunner(
        gateway.app(),
        access_log=None,
        auto_decompress=False,
        shutdown_timeout=SHUTDOWN_TIMEOUT_S,
    )
    signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, signals.put_nowait, signum)
    try:
        await runner.setup()
        site = web.TCPSite(runner, config.host, config.port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {config.host} port {config.port}: {error.strerror}; "
                "choose another with --port (0 takes a free one)"
            ) from error
        host, port = runner.addresses[0][:2]
        print(f"{READY} http://{host}:{port}", flush=True)
        print(f"model: {backend.model} - {backend.about}", flush=True)
        if await signals.get() is signal.SIGTERM:
            await _first_of(gateway.drain(), signals.get())
        log.info("stopping")
    finally:
        await runner.cleanup()


async def _first_of(*coroutines: Coroutine[Any, Any, object]) -> None:
    """Returns when one of them has, and ends the others. Raises what that one raised."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in done:
        task.result()
