"""Our arms of the capacity bench: the one file that knows what the gateway is like inside.

ours       as it is
no decode  nothing is ever decoded: what is left is receiving
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from math import inf
from typing import Any

from aiohttp import web

import articgw.decoding.on_demand
from articgw.backends import Prompt, Reply
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config
from articgw.frame import Frame
from articgw.memory import settle
from articgw.priority import go_first
from articgw.server import Gateway
from tests.bench._capacity_recorder import Recorder, delay_s

MOST_SESSIONS = 1024


class Echo(ScriptedBackend):
    """Answers at once; ``looks`` says when it was given which question, and how old a frame."""

    def __init__(self, *, reads_ahead: bool) -> None:
        super().__init__(echo, keep=1)
        self.reads_ahead = reads_ahead
        self.looks: dict[str, tuple[float, float]] = {}
        """By question: s, monotonic, and the age of its frame since it was sent, ms."""

    async def look(self, frame: Frame) -> object | None:
        """Reads what costs nothing."""
        return None

    def expect(self, frame: Frame) -> None:
        """Makes nothing ready."""

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Notes, and answers."""
        now, pts = time.monotonic(), prompt.frame.picture.pts or 0
        self.looks[prompt.question] = (now, 1000 * delay_s(pts, now))
        async for piece in super().ask(prompt, deadline_s=deadline_s):
            yield piece


def ours(
    recorder: Recorder, state: str, *, decodes: bool
) -> tuple[web.Application, Callable[[], dict[str, Any]]]:
    """The gateway's application, and what was looked at since the last call; once in a process."""
    on_demand = articgw.decoding.on_demand.OnDemand
    on_frame = on_demand.on_frame

    def recorded(self: Any, data: bytes, pts: int, *args: Any, **more: Any) -> None:
        recorder.on_frame(id(self), pts)
        on_frame(self, data, pts, *args, **more)

    setattr(on_demand, "on_frame", recorded)  # noqa: B010  mypy
    if not decodes:
        setattr(on_demand, "decode", lambda self: None)  # noqa: B010  mypy
    go_first()
    settle()
    backend = Echo(reads_ahead=state == "sampler")
    gateway = Gateway(Config(max_sessions=MOST_SESSIONS, max_load=inf, backend="scripted"), backend)

    before = 0

    def looked() -> dict[str, Any]:
        nonlocal before
        looks, backend.looks = backend.looks, {}
        decoded, before = gateway._calls.frames_decoded - before, gateway._calls.frames_decoded
        return {"looks": looks, "frames_decoded": decoded}

    return gateway.app(), looked
