"""One call, top to bottom. Read this first.

    camera ─RTP─▶ peer.slot ─newest frame─▶ _watch ──▶ sampler: worth a look? ──▶ backend.look
                      │ decoded when wanted                                          │ glimpse
                      │ newest frame                                                 ▼
    person ─ask─▶ peer.messages ──▶ _converse ──▶ _answer ──▶ aiming: a frame aimed at the question
       ▲                                                        ▼
       │                                         backend.ask(question, frame, glimpse)
       │                                                        │ text in pieces, then the Reply
       ├── answer.delta · answer.done(readability, regions) ◀───┤
       │                                                        ▼ regions, readability
    sender ◀─ steer: cap, fps, how ◀── _steer ◀─ steering ◀─ feedback, typing, the network

Who has no data channel asks by `ask`, and is told what the data channel would have been.
Three coroutines under one task group: `_watch` sees, `_converse` talks, `_steer` tells the sender
what to send. A question gets the newest frame, and waits a moment for one that was aimed at it, or
for a fresher one, where the sender sends it; a new question supersedes the running one; every
question ends in exactly one answer.done or one error. While one is typed the model reads ahead, and
what it read is the look where it still stands for the newest frame. What could not be read is asked
again about a sharp still, where that costs less than more rate. A slow model holds up neither the
camera nor the person.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from artic_codecs import Region
from artic_perception import Sampler
from artic_perception.sampler import KEPT, Why
from articgw.aiming import Aiming
from articgw.backends import Backend, Prompt
from articgw.config import Config
from articgw.epoch import Epoch
from articgw.errors import BackendError, ErrorCode
from articgw.frame import Frame
from articgw.journal import Journal
from articgw.ledger import NO_PRICES, Ledger, Prices
from articgw.look_quality import told_by
from articgw.looking import Looking, Tell
from articgw.looks import NO_FRAME, why_not
from articgw.metrics import Metrics
from articgw.peer import Peer
from articgw.perception.detecting import Detecting, NoDetecting
from articgw.perception.lookout import Lookout
from articgw.perception.sharp import Sharp
from articgw.protocol import (
    VERSION,
    Ask,
    Cancel,
    Error,
    Hello,
    MessageError,
    Objects,
    Ready,
    Stats,
    SteerAck,
    ToolResult,
    Tools,
    ToolsTaken,
    Typing,
)
from articgw.replies import answer_done
from articgw.scout import NoScout, Scout
from articgw.steering import TICK_S, Steering
from articgw.still_parts import StillPart
from articgw.stills import Stills
from articgw.tools.kit import Kit, Toolbox
from articgw.tools.spec import Tool
from articgw.tools.toolset import Toolset
from articgw.trace import NoTrace, Trace
from articgw.vitals import Vitals
from articgw.warming import Warming

log = logging.getLogger(__name__)

KEPT_LOOKS = 4
FRESH_S = -0.02
"""A frame captured so long before its question is the fresh one: it left with the question."""
SHARP_S = 0.2
"""After idling, the fresh frame is coarse: libvpx sharpens by steps, frame by frame."""
FRESH_WAIT_S = 0.5
"""Longer, and the person waits for the picture instead of for the answer."""
READ_AHEAD_EVERY_S = 0.9
"""While nobody asks; an idle sender's frames are 1 s apart."""


@dataclass(frozen=True, slots=True)
class Open:
    """The question that is being answered."""

    ask: Ask
    tell: Tell
    """Who asked."""
    task: asyncio.Task[None]


class Session:
    """One call between one peer and one back end."""

    def __init__(
        self,
        peer: Peer,
        backend: Backend,
        config: Config,
        clock: Callable[[], float] = time.monotonic,
        trace: Trace | None = None,
        metrics: Metrics | None = None,
        scout: Scout | None = None,
        detecting: Detecting | None = None,
        crowded: Callable[[], bool] = lambda: False,
        prices: Prices = NO_PRICES,
        toolbox: Toolbox | None = None,
        id_prefix: str = "",
    ) -> None:
        """``crowded``: there are too many calls to make pictures before they are asked about.
        The call's name, which is a secret, begins with ``id_prefix``."""
        metrics = metrics or Metrics()
        self.id = id_prefix + secrets.token_hex(20)
        self._pseudonym = secrets.token_hex(8)
        self.peer = peer
        self.looks: OrderedDict[str, Frame] = OrderedDict()
        """The frames of the last answers, by question id."""
        self.steering = Steering(peer, config, trace or NoTrace(), now=clock())
        self._lookout = Lookout(
            detecting or NoDetecting(),
            peer.slot,
            slo_ms=config.detect_ms or 0.0,
            clock=clock,
            trace=trace or NoTrace(),
            metrics=metrics,
            show=self._show,
        )
        self._aiming = Aiming(
            scout or NoScout(), peer.slot, self.steering, clock, self._objects_named, crowded
        )
        self._stills = Stills(peer.send, clock)
        self._journal = Journal(trace or NoTrace(), metrics, prices)
        tool_s = config.tool_deadline_s
        self._kit = Kit(
            toolbox or Toolbox(), backend, peer.send, self._journal, clock, tool_s=tool_s
        )
        self._looking = Looking(
            backend,
            peer.slot,
            self.steering,
            self._stills,
            self._journal,
            self._kit,
            clock,
            deadline_s=config.answer_deadline_s,
        )
        self._sharp = Sharp()
        self._epoch = Epoch(config.frames)
        self._warming = Warming(backend, self._journal, clock)
        self._backend = backend
        self._config = config
        self._clock = clock
        self._crowded = crowded
        self._glimpse: object | None = None
        self._greeted = False
        self._answered = 0
        self._open: Open | None = None
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Serve the call until the peer hangs up."""
        async with asyncio.TaskGroup() as self._tasks:
            watching = self._tasks.create_task(self._watch())
            steering = self._tasks.create_task(self._steer())
            looking_out = self._tasks.create_task(self._lookout.run())
            await self._converse()
            for task in (watching, steering, looking_out):
                task.cancel()
            await self._warming.close()

    def ask(self, ask: Ask, tell: Tell) -> None:
        """Ask from outside the data channel; ``tell`` hears how it goes, to its one end."""
        self._take(ask, tell, greeted=True)

    def cancel(self, question_id: str) -> None:
        """The answer is not wanted any more; does nothing where it has ended."""
        if self._open is not None and self._open.ask.id == question_id:
            self._end_open("cancelled", "The question was cancelled.")

    def register(self, tools: Sequence[Tool]) -> ToolsTaken:
        """What the model may ask for from now on. Raises `MessageError`."""
        return self._kit.register(tools, has_client=self._greeted)

    def vitals(self, *, now: float) -> Vitals:
        """How the call does."""
        return self.steering.vitals(now=now)

    @property
    def ledger(self) -> Ledger:
        """What its answers have cost so far."""
        return self._journal.ledger

    async def _watch(self) -> None:
        sampler, sampled = Sampler(), deque[Frame](maxlen=KEPT)
        async for frame in self.peer.slot.frames(self._watches_each_s):
            self._sharp.add(frame)
            await self._aiming.on_frame(frame)
            if self._open is not None:
                continue
            expects = self.steering.expects(now=self._clock())
            if expects:
                self._backend.expect(frame)
            if types := self.steering.types(now=self._clock()):
                self._warming.on_frame(frame, self._prompt)
            if (counts := self._lookout.in_view.news()) is not None:
                sampler.on_objects(counts)
            sampled.append(frame)
            glance = sampler.on_frame(
                frame.thumbnail(),
                now=self._clock(),
                asked=expects,
                blur=partial(self._sharp.blur, frame),
            )
            if glance.look:
                frame = sampled[-1 - glance.back]
                self._journal.on_look(frame, now=self._clock(), why=glance.why)
                if glance.why is Why.CUT:
                    self._epoch.on_scene()
                if not types:
                    self._epoch.on_seen(frame)
                try:
                    self._glimpse = await self._backend.look(frame) or self._glimpse
                except BackendError as error:
                    log.warning("reading ahead failed: %s", error)
        self._complain("camera_stopped", "The camera's stream has ended.")

    def _watches_each_s(self) -> float:
        """How far apart frames are decoded for `_watch`; others' looks come to it as well."""
        now = self._clock()
        if self._open is not None:
            return 0.0 if self.steering.aims or self.steering.regions else math.inf
        soon = self.steering.attends(now=now) or self.steering.expects(now=now)
        if self.steering.types(now=now) or (soon and not self._crowded()):
            return 0.0
        reads = self._backend.reads_ahead or self.steering.regions or self._epoch.remembers
        return READ_AHEAD_EVERY_S if reads else math.inf

    async def _steer(self) -> None:
        while True:
            self.steering.tick(now=self._clock())
            await asyncio.sleep(TICK_S)

    async def _converse(self) -> None:
        async for message in self.peer.messages():
            match message:
                case Hello(version=version) if version != VERSION:
                    self._complain("unsupported_version", f"This gateway speaks {VERSION} only.")
                case Hello():
                    self._greeted = True
                    self.steering.can = frozenset(message.can)
                    self.peer.unpacks = "regions-packed" in message.can
                    model, about = self._backend.model, self._backend.about
                    ready = Ready(version=VERSION, session=self.id, model=model, about=about)
                    self.peer.send(ready)
                case Ask():
                    self._take(message, self.peer.send, greeted=self._greeted)
                case Typing():
                    self.steering.on_typing(now=self._clock())
                    self.peer.slot.reconsider()
                case SteerAck() | Stats():
                    told = told_by(message, now=self._clock())
                    self._looking.told = told or self._looking.told
                    self._journal.on_sender(message, now=self._clock())
                case StillPart():
                    self._stills.on_part(message)
                case Tools(tools=tools):
                    try:
                        self.peer.send(self.register(tools))
                    except MessageError as error:
                        self._complain(error.code, str(error))
                case ToolResult():
                    self._kit.on_result(message)
                case Cancel(id=question_id):
                    self.cancel(question_id)
                case MessageError():
                    self._complain(message.code, str(message), message.id)
        self._end_open("cancelled", "The call has ended.")
        self._tasks = None

    def _take(self, ask: Ask, tell: Tell, *, greeted: bool) -> None:
        now = self._clock()
        if self._tasks is None:
            tell(Error(code="cancelled", message="The call has ended.", id=ask.id))
            return
        stale_s = self._config.stale_frame_s
        refusal = why_not(ask, self.peer.slot, greeted=greeted, stale_s=stale_s, now=now)
        if refusal is not None:
            self._refuse(refusal, tell)
            return
        self._end_open("superseded", "A newer question took its place.")
        self._journal.on_ask(ask.id, now=now)
        wanted_t = now + (FRESH_S if self.steering.asked(now=now) else SHARP_S)
        self.steering.on_question(now=now)
        answer = self._answer(ask, tell, asked_t=now, wanted_t=wanted_t)
        self._open = Open(ask, tell, self._tasks.create_task(answer))

    async def _answer(self, ask: Ask, tell: Tell, *, asked_t: float, wanted_t: float) -> None:
        frame = await self.peer.slot.current()
        if frame is None or asked_t - frame.captured_t > self._config.stale_frame_s:
            self._close_question()
            self._complain("no_frame", NO_FRAME, ask.id, tell=tell)
            return
        aimed = await self._aiming.look(ask.text, frame, self._glimpse)
        read = await self._warming.look(None if aimed else frame)
        fresh = self.steering.sends_fresh
        if aimed is None and read is None and fresh:
            frame = await self.peer.slot.captured_since(wanted_t, within_s=FRESH_WAIT_S) or frame
        frame = aimed or read or self._sharp.best(frame, since_t=wanted_t if fresh else None)
        looked_t = self._clock()
        self._keep_look(ask.id, frame)
        self._journal.on_look(frame, ask.id, now=looked_t, why="read ahead" if read else "")
        prompt = self._prompt(frame, ask.text)
        try:
            async with self._aiming.sparing(ask.text, frame, self._glimpse):
                first = await self._looking.at(ask.id, prompt, looked_t, tell)
            second = await self._looking.closer(ask, first, tell, session=self._pseudonym)
        except BackendError as error:
            self._close_question()
            self._complain(error.code, str(error), ask.id, error.retry_after_s, tell)
            return
        except Exception:  # noqa: BLE001  this task owns the answer; the call goes on without it
            self._close_question()
            incident = secrets.token_hex(4)
            log.exception("incident %s", incident)
            broke = f"Something broke here; incident {incident}."
            self._complain("internal", broke, ask.id, tell=tell)
            return
        self._close_question()
        now = self._clock()
        self._answered += 1
        last = second or first
        self._epoch.on_answer(frame, prompt.words, last.reply.written or last.reply.text)
        self._keep_look(ask.id, last.frame)
        done = answer_done(
            self.id,
            ask.id,
            last.reply,
            last.frame,
            last.regions,
            last.readability,
            self._journal.spent(ask.id),
            asked_t=asked_t,
            looked_t=last.looked_t,
            first_text_t=first.first_text_t,
            now=now,
        )
        tell(done)
        await self._aiming.on_answer(last.regions, last.frame, last.readability.value)
        if second is not None:
            self.steering.on_still(second.readability.value)
        else:
            self.steering.on_readability(first.readability, now=now)
        self._journal.on_answer(done, now=now)

    def _prompt(self, frame: Frame, question: str = "") -> Prompt:
        now = self._clock()
        return Prompt(
            question,
            frame,
            self._glimpse,
            first_turn=self._answered == 0,
            objects=self._lookout.in_view.words(now=now),
            session=self._pseudonym,
            toolset=Toolset(self._kit.offered),
            earlier=self._epoch.earlier(frame, now=now),
        )

    def _show(self, objects: Objects) -> None:
        if "objects" in self.steering.can:
            self.peer.send(objects)

    def _objects_named(self, question: str) -> tuple[Region, ...]:
        return self._lookout.in_view.named_in(question, now=self._clock())

    def _end_open(self, code: ErrorCode, message: str) -> None:
        if self._open is not None:
            ended = self._open
            ended.task.cancel()
            self._close_question()
            self._complain(code, message, ended.ask.id, tell=ended.tell)

    def _close_question(self) -> None:
        self._open = None
        self.steering.on_end(now=self._clock())

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
        tell: Tell | None = None,
    ) -> None:
        error = Error(code=code, message=message, id=question_id, retry_after_s=retry_after_s)
        self._refuse(error, tell or self.peer.send)

    def _refuse(self, error: Error, tell: Tell) -> None:
        self._journal.on_error(error, now=self._clock())
        tell(error)
