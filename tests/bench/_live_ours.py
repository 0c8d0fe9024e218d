"""Our arm's receiver: the gateway itself, with a slot and a model that remember what they got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from aiohttp import web

import articgw.webrtc_peer
from articgw.backends import Prompt, Reply
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.frame import Frame
from articgw.server import Gateway
from articgw.session import Session
from articgw.slot import FrameSlot
from articgw.tokens import OPERATOR
from tests.bench._live_recorder import Recorder


class RecordingBackend(ScriptedBackend):
    """Answers after ``stall_s``; keeps no pictures."""

    def __init__(self, recorder: Recorder, stall_s: float) -> None:
        super().__init__(lambda _: Turn("Yes."))
        self._recorder = recorder
        self._stall_s = stall_s

    async def look(self, frame: Frame) -> object | None:
        """Does not read ahead."""
        return None

    async def ask(self, prompt: Prompt, *, deadline_s: float) -> AsyncGenerator[str | Reply]:
        """Remembers when it was given what."""
        self._recorder.on_handed(prompt.frame.picture)
        await asyncio.sleep(self._stall_s)
        yield Reply("Yes.", self.model)


class RecordedGateway(Gateway):
    """Whose ceilings can be lowered while it runs."""

    def cap(self, cap_bps: int) -> None:
        """What a deciding core would do: nobody needs more than this any more."""
        for call in self._calls.seen_by(OPERATOR):
            _cap(call.session, cap_bps)


def _cap(session: Session, cap_bps: int) -> None:
    steering = session.steering
    steering._config = replace(steering._config, max_bps=cap_bps)


def ours(recorder: Recorder, config: Config, stall_s: float) -> web.Application:
    """The gateway's application. To be called once in a process: it sets the class of all slots."""

    class RecordingSlot(FrameSlot):
        """Has every frame decoded, to record it."""

        @property
        def is_wanted(self) -> bool:
            return self.arrived_t is not None and not self.is_up_to_date

        def put(self, frame: Frame) -> None:
            super().put(frame)
            recorder.on_frame(frame.picture)

    setattr(articgw.webrtc_peer, "FrameSlot", RecordingSlot)  # noqa: B010  mypy
    gateway = RecordedGateway(config, RecordingBackend(recorder, stall_s))
    app = gateway.app()

    async def cap(request: web.Request) -> web.Response:
        gateway.cap((await request.json())["cap_bps"])
        return web.json_response({})

    app.router.add_post("/bench/cap", cap)
    return app
