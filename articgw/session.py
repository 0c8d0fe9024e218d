"""One call, top to bottom. Read this first.

    camera ─RTP─▶ peer.slot ─newest frame─▶ _watch ──▶ sampler: worth a look? ──▶ backend.look
                      │                                                              │ glimpse
                      │ newest frame                                                 ▼
    person ─ask─▶ peer.messages ──▶ _converse ──▶ _answer ──▶ backend.ask(question, frame, glimpse)
       ▲                                                        │ text in pieces, then the Reply
       └── answer.delta · answer.done(readability, regions) ◀───┴──▶ regions, readability (feedback)

Two coroutines under one task group: `_watch` sees, `_converse` talks. A question gets the frame
that is the newest when it arrives; a new question supersedes the running one; every question ends
in exactly one answer.done or one error. A slow model holds up neither the camera nor the person.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing

from artic_abr import Readability
from artic_codecs import Region
from artic_perception import Sampler
from articgw.backends import Backend, Prompt, Reply
from articgw.config import Config
from articgw.errors import BackendError, BackendGarbled, ErrorCode
from articgw.feedback import readability_of, regions_for
from articgw.frame import Frame
from articgw.looks import choose_look
from articgw.peer import Peer
from articgw.protocol import (
    VERSION,
    AnswerDelta,
    Ask,
    Cancel,
    Error,
    Hello,
    MessageError,
    Ready,
)
from articgw.replies import answer_done

log = logging.getLogger(__name__)

KEPT_LOOKS = 4


class Session:
    """One call between one peer and one back end."""

    def __init__(
        self,
        peer: Peer,
        backend: Backend,
        config: Config,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = secrets.token_urlsafe(24)
        self.peer = peer
        self.looks: OrderedDict[str, Frame] = OrderedDict()
        """The frames of the last answers, by question id."""
        self.regions: tuple[Region, ...] = ()
        self.readability: Readability | None = None
        self._backend = backend
        self._config = config
        self._clock = clock
        self._glimpse: object | None = None
        self._greeted = False
        self._answered = 0
        self._open: tuple[Ask, asyncio.Task[None]] | None = None

    async def run(self) -> None:
        """Serve the call until the peer hangs up."""
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._watch())
            await self._converse(tasks)
            watching.cancel()

    async def _watch(self) -> None:
        sampler = Sampler()
        async for frame in self.peer.slot.frames():
            if self._open is not None:
                continue
            if sampler.on_frame(frame.thumbnail(), now=self._clock()).look:
                try:
                    self._glimpse = await self._backend.look(frame) or self._glimpse
                except BackendError as error:
                    log.warning("reading ahead failed: %s", error)
        self._complain("camera_stopped", "The camera's stream has ended.")

    async def _converse(self, tasks: asyncio.TaskGroup) -> None:
        async for message in self.peer.messages():
            match message:
                case Hello(version=version) if version != VERSION:
                    self._complain("unsupported_version", f"This gateway speaks {VERSION} only.")
                case Hello():
                    self._greeted = True
                    model, about = self._backend.model, self._backend.about
                    ready = Ready(version=VERSION, session=self.id, model=model, about=about)
                    self.peer.send(ready)
                case Ask():
                    self._take(message, tasks)
                case Cancel(id=question_id):
                    if self._open is not None and self._open[0].id == question_id:
                        self._end_open("cancelled", "The question was cancelled.")
                case MessageError():
                    self._complain(message.code, str(message), message.id)
        self._end_open("cancelled", "The call has ended.")

    def _take(self, ask: Ask, tasks: asyncio.TaskGroup) -> None:
        now = self._clock()
        stale_s = self._config.stale_frame_s
        look = choose_look(ask, self.peer.slot, greeted=self._greeted, stale_s=stale_s, now=now)
        if isinstance(look, Error):
            self.peer.send(look)
            return
        self._end_open("superseded", "A newer question took its place.")
        self._open = (ask, tasks.create_task(self._answer(ask, look, asked_t=now)))

    async def _answer(self, ask: Ask, frame: Frame, *, asked_t: float) -> None:
        self._keep_look(ask.id, frame)
        prompt = Prompt(ask.text, frame, self._glimpse, first_turn=self._answered == 0)
        try:
            reply, first_text_t = await self._stream(ask.id, prompt)
        except BackendError as error:
            self._open = None
            self._complain(error.code, str(error), ask.id, error.retry_after_s)
            return
        except Exception:  # noqa: BLE001  this task owns the answer; the call goes on without it
            self._open = None
            incident = secrets.token_hex(4)
            log.exception("incident %s", incident)
            self._complain("internal", f"Something broke here; incident {incident}.", ask.id)
            return
        now = self._clock()
        self._open = None
        self._answered += 1
        self.regions = regions_for(reply, frame_t=frame.captured_t, now=now)
        self.readability = readability_of(
            reply, question_id=ask.id, frame_t=frame.captured_t, now=now
        )
        done = answer_done(
            self.id,
            ask.id,
            reply,
            frame,
            self.regions,
            self.readability,
            asked_t=asked_t,
            first_text_t=first_text_t,
            now=now,
        )
        self.peer.send(done)

    async def _stream(self, question_id: str, prompt: Prompt) -> tuple[Reply, float | None]:
        first_text_t: float | None = None
        answer = self._backend.ask(prompt, deadline_s=self._config.answer_deadline_s)
        async with aclosing(answer) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reply):
                    return piece, first_text_t
                first_text_t = first_text_t or self._clock()
                self.peer.send(AnswerDelta(id=question_id, text=piece))
        raise BackendGarbled("The model stopped before its answer was complete.", raw="")

    def _end_open(self, code: ErrorCode, message: str) -> None:
        if self._open is not None:
            ask, task = self._open
            self._open = None
            task.cancel()
            self._complain(code, message, ask.id)

    def _keep_look(self, question_id: str, frame: Frame) -> None:
        self.looks[question_id] = frame
        while len(self.looks) > KEPT_LOOKS:
            self.looks.popitem(last=False)

    def _complain(
        self,
        code: ErrorCode,
        message: str,
        question_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.peer.send(
            Error(code=code, message=message, id=question_id, retry_after_s=retry_after_s)
        )
