"""One question on a WebSocket: sent, sent again where that is safe, and heard event by event.

It is sent again, before the first word, once without each field that the server refuses, and once
where the socket or the server was gone and there is time. What is said is a `Script`'s, where the
sockets come from is a `Pool`'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Protocol

import aiohttp

from articgw.backends.wire.answer import Answer
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.faults import Fault, Faults
from articgw.backends.wire.features import Asking, Features
from articgw.backends.wire.heard import Heard
from articgw.backends.wire.sockets import Socket
from articgw.tools.toolset import NO_TOOLS, Toolset

READY = Heard(is_part=False)
"""What a script hears when a new socket may be asked; nothing else is this object."""
INVALID, POLICY = 1007, 1008
"""Close codes (RFC 6455, 7.4.1) by which servers refuse what they were sent."""


class Script(Protocol):
    """What is said in one turn."""

    def opening(self, asking: Asking) -> bytes | None:
        """The first message on a new socket, which is answered by `READY`; None: there is none."""

    def question(self, asking: Asking) -> Sequence[bytes]:
        """The messages that ask."""

    def hear(self, data: bytes) -> Heard:
        """An event. Raises `ValueError` where it is none."""

    def lost(self) -> bool:
        """A new socket was closed instead of opened: True where another opening may do."""


class Pool(Protocol):
    """Where sockets come from."""

    async def take(self, *, fresh: bool = False) -> Socket:
        """An idle one, or a new one. Raises what aiohttp raises."""

    def give_back(self, socket: Socket) -> None:
        """Its answer was whole."""

    def drop(self, socket: Socket) -> None:
        """Close it, without waiting for that."""


class Turn:
    """Of one question."""

    def __init__(
        self,
        pool: Pool,
        script: Script,
        faults: Faults,
        features: Features,
        *,
        ends_t: float,
        gap_s: float,
    ) -> None:
        """``ends_t`` is the deadline, s on the event loop's clock."""
        self._pool = pool
        self._script = script
        self._faults = faults
        self._features = features
        self._ends_t = ends_t
        self._gap_s = gap_s
        self._socket: Socket | None = None
        self._reason = ""
        self._code = 0

    async def begin(self, *, detail: str = "", toolset: Toolset = NO_TOOLS) -> tuple[Heard, Asking]:
        """The first word, or what else begins an answer, and what was asked for.

        Raises `BackendError`; the caller bounds it by the deadline.
        """
        tried_again = False
        while True:
            asking = self._features.asking(detail, toolset)
            heard = await self._try(asking, fresh=tried_again)
            if isinstance(heard, Heard):
                if heard.complaint is None or not self._features.learn(heard.complaint, asking):
                    return heard, asking
                continue
            left_s = self._ends_t - _now()
            if tried_again or heard.again_in_s is None or heard.again_in_s >= left_s:
                raise heard.error
            tried_again = True
            await asyncio.sleep(heard.again_in_s)

    async def pieces(self, answer: Answer, first: Heard) -> AsyncGenerator[str]:
        """Text as it comes, ``first`` and what follows, until ``answer`` is whole.

        Raises as `next`.
        """
        heard = first
        while True:
            if text := answer.on(heard):
                yield text
            if answer.complete:
                break
            heard = await self.next(has_begun=answer.begun)
        if text := answer.end():
            yield text

    async def next(self, *, has_begun: bool) -> Heard:
        """The next event. Raises `BackendError`, and `TimeoutError` behind the deadline."""
        until_t = min(self._ends_t, _now() + self._gap_s) if has_begun else self._ends_t
        try:
            async with asyncio.timeout_at(until_t):
                heard = await self._hear()
        except TimeoutError:
            if until_t >= self._ends_t:
                raise
            raise self._faults.silent(self._gap_s) from None
        if heard is None:
            raise self._faults.broke_off()
        return heard

    def end(self, *, is_whole: bool) -> None:
        """Give the socket back, or close it: that is what stops the model."""
        socket, self._socket = self._socket, None
        if socket is not None and is_whole:
            self._pool.give_back(socket)
        elif socket is not None:
            self._pool.drop(socket)

    async def _try(self, asking: Asking, *, fresh: bool) -> Heard | Fault:
        is_new = False
        try:
            if self._socket is None:
                self._socket = await self._pool.take(fresh=fresh)
                is_new = not self._socket.is_used
            opening = self._script.opening(asking) if is_new else None
            if opening is not None:
                await self._say(opening)
                while (heard := await self._hear()) is not None and heard is not READY:
                    if heard.complaint is not None:
                        self.end(is_whole=False)
                        return heard
                if heard is None:
                    return self._not_opened(asking)
            for message in self._script.question(asking):
                await self._say(message)
            while heard := await self._hear():
                if heard.is_part or heard.complaint is not None:
                    return heard
        except aiohttp.WSServerHandshakeError as error:
            headers: Mapping[str, str] = error.headers or {}
            return self._faults.of_status(error.status, headers, Complaint(), wall_now=time.time())
        except (aiohttp.ClientError, OSError) as error:
            self.end(is_whole=False)
            return self._faults.of_connection(error)
        self.end(is_whole=False)
        return self._refused(asking) or self._gone()

    def _not_opened(self, asking: Asking) -> Heard | Fault:
        self.end(is_whole=False)
        refused = self._refused(asking)
        if isinstance(refused, Heard):
            return refused
        if self._script.lost():
            return self._gone()
        return refused or self._gone()

    def _refused(self, asking: Asking) -> Heard | Fault | None:
        """A close code that means no: with a field's name in its reason, or without."""
        if self._code not in (INVALID, POLICY):
            return None
        complaint = Complaint(self._reason)
        if self._features.names(complaint, asking):
            return Heard(complaint=complaint)
        return self._faults.of_status(400, {}, complaint, wall_now=0.0)

    def _gone(self) -> Fault:
        return self._faults.of_connection(aiohttp.ServerDisconnectedError())

    async def _say(self, message: bytes) -> None:
        assert self._socket is not None
        await self._socket.ws.send_frame(message, aiohttp.WSMsgType.TEXT)

    async def _hear(self) -> Heard | None:
        """The next event; None where the socket is closed."""
        assert self._socket is not None
        message = await self._socket.ws.receive()
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            is_told = message.type is aiohttp.WSMsgType.CLOSE
            self._code = int(message.data) if is_told and message.data else 0
            self._reason = str(message.extra or "") if is_told else ""
            return None
        data = message.data.encode() if isinstance(message.data, str) else message.data
        try:
            return self._script.hear(data)
        except ValueError as error:
            raise self._faults.garbled(data) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
