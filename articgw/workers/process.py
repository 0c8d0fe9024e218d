"""What runs inside a worker: a gateway on a Unix socket, until its front is gone or says so.

Standard input brings the `Birth`, and its end is the end of the process: no worker outlives a front
that was killed. Standard output takes one line, `Hello` or `Failed`. SIGTERM drains, a second one
ends at once, as in a gateway of one process.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from articgw.config import Config
from articgw.errors import ArticError, ConfigError
from articgw.log_level import begin_log


@dataclass(frozen=True, slots=True)
class Birth:
    """What a worker must know; it comes by a pipe, as command lines are for everybody to read."""

    name: str
    config: Config
    socket: Path


class Hello(msgspec.Struct, frozen=True, tag=True):
    """A worker takes calls, and its model is this."""

    model: str
    about: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A worker cannot start, and nor can another that is set up like it."""

    why: str
    wrong_settings: bool


def serve() -> None:
    """Serve until standard input ends. The one function that the front calls here."""
    birth = pickle.load(sys.stdin.buffer)
    assert isinstance(birth, Birth)
    say = _say_once()
    begin_log(os.environ, f"worker {birth.name} ")
    try:
        asyncio.run(_serve(birth, say))
    except ArticError as error:
        say(Failed(str(error), isinstance(error, ConfigError)))
        sys.exit(1)


async def _serve(birth: Birth, say: Callable[[Hello | Failed], None]) -> None:
    from aiohttp import web

    from articgw.serve import gateway_for, run_until_told

    gateway = await gateway_for(birth.config, id_prefix=f"{birth.name}-")
    signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), _on_end, loop, signals)
    await run_until_told(
        gateway.app(),
        gateway.drain,
        lambda runner: web.UnixSite(runner, str(birth.socket)),
        lambda _runner: say(Hello(gateway.model, gateway.about)),
        signals,
    )


def _on_end(loop: asyncio.AbstractEventLoop, signals: asyncio.Queue[signal.Signals]) -> None:
    loop.remove_reader(sys.stdin.fileno())
    signals.put_nowait(signal.SIGINT)


def _say_once() -> Callable[[Hello | Failed], None]:
    """Standard output is moved away first: a model's library may print on it."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(what: Hello | Failed) -> None:
        out.write(msgspec.json.encode(what) + b"\n")
        out.close()

    return say
