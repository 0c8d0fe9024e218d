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
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from articgw.backends import registry
from articgw.backends.environment import keys_in
from articgw.config import Config
from articgw.errors import ConfigError
from articgw.memory import settle
from articgw.priority import go_first

if TYPE_CHECKING:
    from aiohttp import web

    from articgw.server import Gateway

log = logging.getLogger(__name__)

READY = "articgw ready on"
"""First words of the line that says that the page is served; tools wait for it."""
SHUTDOWN_TIMEOUT_S = 5.0


async def serve(config: Config) -> None:
    """Serve until SIGINT, or until SIGTERM and the end of the live calls.

    Raises `ConfigError` and `BackendError`.
    """
    config.check()
    if config.workers > 1:
        await _serve_front(config)
        return
    gateway = await gateway_for(config)
    about = f"{gateway.model} - {gateway.about}"
    await run_until_told(gateway.app(), gateway.drain, _port(config), partial(_say, about))


async def gateway_for(config: Config, *, id_prefix: str = "") -> Gateway:
    """A gateway of this process, its model loaded; its calls' names begin with ``id_prefix``.

    Raises `ConfigError` and `BackendError`.
    """
    if not go_first():
        log.info("no right to run first: a busy machine may delay media (docs/design.md)")
    backend = registry.load(config, keys_in(os.environ))
    loading = asyncio.create_task(backend.start())
    await asyncio.to_thread(importlib.import_module, "articgw.server")
    from articgw.server import Gateway

    await loading
    settle()
    return Gateway(config, backend, id_prefix=id_prefix)


async def _serve_front(config: Config) -> None:
    from articgw.workers.fleet import Fleet
    from articgw.workers.front import Front

    fleet = Fleet(config)
    try:
        await fleet.start()
        front, hello = Front(fleet), fleet.workers[0].hello
        about = f"{hello.model} - {hello.about}\n{config.workers} processes, and one to spare"
        await run_until_told(front.app(), front.drain, _port(config), partial(_say, about))
    finally:
        await fleet.close()


def _port(config: Config) -> Callable[[web.AppRunner], web.BaseSite]:
    from aiohttp import web

    return lambda runner: web.TCPSite(runner, config.host, config.port)


def _say(about: str, runner: web.AppRunner) -> None:
    host, port = runner.addresses[0][:2]
    print(f"{READY} http://{host}:{port}", flush=True)
    print(f"model: {about}", flush=True)


async def run_until_told(
    app: web.Application,
    drain: Callable[[], Coroutine[Any, Any, None]],
    site_of: Callable[[web.AppRunner], web.BaseSite],
    say: Callable[[web.AppRunner], None],
    signals: asyncio.Queue[signal.Signals] | None = None,
) -> None:
    """Serve ``app``, ``say`` so, and end when a signal comes. Raises `ConfigError`."""
    from aiohttp import web

    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=SHUTDOWN_TIMEOUT_S
    )
    signals = signals or asyncio.Queue()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, signals.put_nowait, signum)
    try:
        await runner.setup()
        site = site_of(runner)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {site.name}: {error.strerror}; "
                "choose another with --port (0 takes a free one)"
            ) from error
        say(runner)
        if await signals.get() is signal.SIGTERM:
            await _first_of(drain(), signals.get())
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
