"""WebSockets that outlive their questions: opening one costs three round trips and more.

A question has a socket to itself and gives it back when its answer is whole; one that was left in
the middle is closed, which is what stops the model.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp

MAX_AGE_S = 50 * 60.0
"""OpenAI closes sessions after 60 minutes, without a warning."""
MAX_IDLE = 8
CLOSE_S = 0.5
HEARTBEAT_S = 20.0
MAX_MESSAGE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Socket:
    """One connection."""

    ws: aiohttp.ClientWebSocketResponse
    opened_t: float
    is_used: bool
    """It has answered before, so that it may have died since."""


class Sockets:
    """To one server."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self._idle: list[Socket] = []
        self._closing: set[asyncio.Task[bool]] = set()

    async def take(self, *, fresh: bool = False) -> Socket:
        """An idle one, or a new one. Raises what aiohttp raises."""
        while self._idle and not fresh:
            socket = self._idle.pop()
            if not socket.ws.closed and _now() - socket.opened_t < MAX_AGE_S:
                return socket
            self.drop(socket)
        ws = await self._http.ws_connect(
            self._url,
            heartbeat=HEARTBEAT_S,
            max_msg_size=MAX_MESSAGE_BYTES,
            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
        )
        return Socket(ws, _now(), is_used=False)

    def give_back(self, socket: Socket) -> None:
        """Its answer was whole."""
        if len(self._idle) < MAX_IDLE:
            self._idle.append(Socket(socket.ws, socket.opened_t, is_used=True))
        else:
            self.drop(socket)

    def drop(self, socket: Socket) -> None:
        """Close it, without waiting for that."""
        task = asyncio.create_task(socket.ws.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """All of them."""
        for socket in self._idle:
            self.drop(socket)
        self._idle.clear()
        await asyncio.gather(*self._closing, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()
