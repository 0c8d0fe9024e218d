"""One question on a socket: sent, sent again where that is safe, and heard event by event.

It is sent again, before the first word, once without each field that the server refuses, and once
where the socket or the server was gone and there is time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

import aiohttp

from articgw.backends.realtime.hear import hear
from articgw.backends.realtime.sockets import Socket, Sockets
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.faults import Fault, Faults
from articgw.backends.wire.features import Asking, Features
from articgw.backends.wire.heard import Heard

Event = Callable[[Asking], bytes]


class Turn:
    """Of one question."""

    def __init__(
        self,
        sockets: Sockets,
        faults: Faults,
        features: Features,
        *,
        ends_t: float,
        gap_s: float,
    ) -> None:
        """``ends_t`` is the deadline, s on the event loop's clock."""
        self._sockets = sockets
        self._faults = faults
        self._features = features
        self._ends_t = ends_t
        self._gap_s = gap_s
        self._socket: Socket | None = None

    async def begin(self, event: Event) -> tuple[Heard, Asking]:
        """The first word, or what else begins an answer, and what was asked for.

        Raises `BackendError`; the caller bounds it by the deadline.
        """
        tried_again = False
        while True:
            asking = self._features.asking()
            heard = await self._try(event(asking), fresh=tried_again)
            if isinstance(heard, Heard):
                if heard.complaint is None or not self._features.learn(heard.complaint, asking):
                    return heard, asking
                continue
            left_s = self._ends_t - _now()
            if tried_again or heard.again_in_s is None or heard.again_in_s >= left_s:
                raise heard.error
            tried_again = True
            await asyncio.sleep(heard.again_in_s)

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
            self._sockets.give_back(socket)
        elif socket is not None:
            self._sockets.drop(socket)

    async def _try(self, event: bytes, *, fresh: bool) -> Heard | Fault:
        try:
            if self._socket is None:
                self._socket = await self._sockets.take(fresh=fresh)
            await self._socket.ws.send_frame(event, aiohttp.WSMsgType.TEXT)
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
        return self._faults.of_connection(aiohttp.ServerDisconnectedError())

    async def _hear(self) -> Heard | None:
        """The next event; None where the socket is closed."""
        assert self._socket is not None
        message = await self._socket.ws.receive()
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return None
        data = message.data.encode() if isinstance(message.data, str) else message.data
        try:
            return hear(data)
        except ValueError as error:
            raise self._faults.garbled(data) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
