"""The owner of every call: takes offers, lends places, finds calls for who may see them, ends them.

door ──sdp, caller──▶ open ──▶ peer, session, trace ──▶ one task, until the call has ended
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from articgw.admission import Admission
from articgw.backends import Backend
from articgw.config import Config
from articgw.dialect import Dialect
from articgw.errors import OfferError
from articgw.gate import Refusal
from articgw.ledger import read_prices
from articgw.memory import tidy
from articgw.metrics import Metrics
from articgw.offer import check_offer
from articgw.perception.detecting import Detecting
from articgw.protocol import Error
from articgw.scout import NoScout, Scout
from articgw.session import Session
from articgw.tokens import Caller
from articgw.tools.allowed import allowed_in
from articgw.tools.kit import Toolbox
from articgw.trace import NoTrace, TraceFile, check_folder, open_trace
from articgw.vitals import Vitals
from articgw.webrtc_peer import WebRtcPeer

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
TIDY_AFTER_S = 1.0
"""aiortc's threads and transports need a moment to let go of a call."""
CALLS_PER_CORE = 2
"""With more, pictures are not made before somebody asks about them: 10 ms of a question's time are
not worth a third of a core then."""
LEFT_KEPT = 64
"""Calls that ended by themselves are known for so many calls more."""
GOING_DOWN = "This gateway is going down; call again."


@dataclass(frozen=True, slots=True)
class Call:
    """What belongs to one call."""

    session: Session
    peer: WebRtcPeer
    trace: TraceFile | NoTrace
    owner: str
    """Subject of the token that began it."""
    door: str
    """offer, whip or pipecat."""
    began_t: float
    """s on the gateway's monotonic clock."""


class Calls:
    """All calls of one process. Raises `ConfigError` where traces cannot be written, or prices or
    tools not be read."""

    def __init__(
        self,
        config: Config,
        backend: Backend,
        metrics: Metrics,
        scout: Scout | None = None,
        detecting: Detecting | None = None,
        id_prefix: str = "",
        admission: Admission | None = None,
    ) -> None:
        """The names of its calls begin with ``id_prefix``."""
        self._scout = scout or NoScout()
        self._detecting = detecting
        self._id_prefix = id_prefix
        self._admission = admission or Admission(inf, cores=1)
        self.draining = False
        """No call is taken any more."""
        self._config = config
        self._backend = backend
        self._metrics = metrics
        self._calls: dict[str, Call] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """Of each call until its place is free again."""
        self._left: dict[str, tuple[str, str]] = {}
        """Owner and door of calls whose peer went away; see `had_left`."""
        self._tidying: asyncio.TimerHandle | None = None
        self._frames_received = self._frames_decoded = 0
        """Of calls that have ended."""
        self._keyframe_requests = 0
        """Of calls that have ended."""
        self._prices = read_prices(config.prices)
        self._toolbox = Toolbox(allowed_in(config.tools))
        for name, where in self._toolbox.allowed.items():
            if where.is_in_clear:
                log.warning("arguments of the tool %s leave this machine unencrypted", name)
        check_folder(config.trace_dir)

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def frames_received(self) -> int:
        """By all calls so far."""
        return self._frames_received + sum(c.peer.slot.received for c in self._calls.values())

    @property
    def frames_decoded(self) -> int:
        """Of those."""
        return self._frames_decoded + sum(c.peer.frames_decoded for c in self._calls.values())

    @property
    def keyframe_requests(self) -> int:
        """By all calls so far."""
        live = sum(call.peer.keyframe_requests for call in self._calls.values())
        return self._keyframe_requests + live

    def vitals(self, *, now: float) -> tuple[Vitals, ...]:
        """How each live call does."""
        return tuple(call.session.vitals(now=now) for call in self._calls.values())

    async def open(
        self,
        sdp: str,
        caller: Caller,
        *,
        door: str,
        dialect: Dialect | None = None,
        check: Callable[[str], None] = check_offer,
    ) -> tuple[Call, str]:
        """Take an offer; returns the call and the answer with all candidates.

        Raises `Refusal`: 503 while there is no place, 4xx where the offer cannot be met.
        """
        self._check_open()
        if len(self._tasks) >= self._config.max_sessions:
            raise Refusal(503, "busy", "all places are taken; try again later", RETRY_AFTER_S)
        now = time.monotonic()
        room = self._admission.decide(now=now)
        if not room.is_there:
            log.warning("a call is turned away: %s", room.why)
            raise Refusal(503, "busy", "the machine is busy; try again later", RETRY_AFTER_S)
        self._admission.on_call(now=now)
        call = self._new_call(caller, door, dialect)
        self._tasks[call.session.id] = asyncio.create_task(self._serve(call))
        try:
            answer = await call.peer.accept(sdp, check)
            self._check_open()
        except OfferError as error:
            raise Refusal(error.status, error.code, str(error)) from error
        except Refusal:
            await call.peer.close()
            raise
        return call, answer

    def get(self, session_id: str) -> Call | None:
        """The live call of that name, whoever asks."""
        return self._calls.get(session_id)

    def find(self, session_id: str, caller: Caller) -> Call:
        """The live call of that name. Raises `Refusal`, 404, where this caller sees none."""
        call = self._calls.get(session_id)
        if call is None or not caller.sees(call.owner, session_id):
            raise Refusal(404, "no_session", "there is no such call, or it has ended")
        return call

    def seen_by(self, caller: Caller) -> list[Call]:
        """The live calls that this caller sees, oldest first."""
        return [call for id_, call in self._calls.items() if caller.sees(call.owner, id_)]

    async def hang_up(self, call: Call) -> None:
        """End a call; returns when its place is free."""
        await call.peer.close()
        if task := self._tasks.get(call.session.id):
            await asyncio.wait([task])
        self._left.pop(call.session.id, None)

    def had_left(self, session_id: str, caller: Caller, *, door: str) -> bool:
        """True, once, where that call has just ended because its peer went away.

        Who closes the connection first and asks for the end then, is not told that it never was.
        """
        owner, came_by = self._left.get(session_id, ("", ""))
        if came_by != door or not caller.sees(owner, session_id):
            return False
        del self._left[session_id]
        return True

    async def drain(self) -> None:
        """Take no more calls; returns when the live ones have ended, or after ``drain_s``."""
        self.draining = True
        told = Error(code="closing", message=GOING_DOWN, retry_after_s=RETRY_AFTER_S)
        for call in self._calls.values():
            call.trace.write("gateway", "drain", now=time.monotonic(), why="the gateway goes down")
            call.peer.send(told)
            call.peer.give_up_connecting()
        if self._tasks:
            log.info("draining: %d calls have %g s", len(self._tasks), self._config.drain_s)
            await asyncio.wait(self._tasks.values(), timeout=self._config.drain_s)

    async def close(self) -> None:
        """End every call."""
        self.draining = True
        await asyncio.gather(*(call.peer.close() for call in self._calls.values()))
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._toolbox.posting.close()

    def _check_open(self) -> None:
        if self.draining:
            raise Refusal(503, "closing", GOING_DOWN, RETRY_AFTER_S)

    def _new_call(self, caller: Caller, door: str, dialect: Dialect | None) -> Call:
        now = time.monotonic()
        peer = WebRtcPeer(self._config, time.monotonic, dialect)
        trace = open_trace(self._config.trace_dir)
        cores = len(os.sched_getaffinity(0))
        session = Session(
            peer,
            self._backend,
            self._config,
            time.monotonic,
            trace=trace,
            metrics=self._metrics,
            scout=self._scout,
            detecting=self._detecting,
            prices=self._prices,
            toolbox=self._toolbox,
            crowded=lambda: len(self._calls) > CALLS_PER_CORE * cores / self._config.workers,
            id_prefix=self._id_prefix,
        )
        trace.begin(session.id, now=now)
        return Call(session, peer, trace, caller.subject, door, now)

    async def _serve(self, call: Call) -> None:
        """Own one session from its offer to its end."""
        session, peer = call.session, call.peer
        self._calls[session.id] = call
        hang_up = asyncio.get_running_loop().call_later(
            self._config.connect_deadline_s, peer.give_up_connecting
        )
        try:
            await session.run()
        except Exception:  # noqa: BLE001  this loop owns the session; the others go on
            log.exception("a session broke")
        finally:
            hang_up.cancel()
            await peer.close()
            del self._calls[session.id]
            self._frames_received += peer.slot.received
            self._frames_decoded += peer.frames_decoded
            self._keyframe_requests += peer.keyframe_requests
            await asyncio.to_thread(call.trace.close)
            del self._tasks[session.id]
            self._left[session.id] = call.owner, call.door
            for forgotten in list(self._left)[:-LEFT_KEPT]:
                del self._left[forgotten]
            if self._tidying is None:
                self._tidying = asyncio.get_running_loop().call_later(TIDY_AFTER_S, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        tidy()
