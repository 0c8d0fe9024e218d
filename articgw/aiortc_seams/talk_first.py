"""A question does not wait behind a picture.

A key frame arrives as a hundred datagrams at once, and asyncio takes one from the socket in each
turn of its loop: at 0.2 to 0.3 ms each, a question behind them waited for 20 to 40 ms. So the
whole socket is emptied when anything is in it; what is not media (ICE, and DTLS with the data
channel in it) goes on at once, media a few datagrams a turn, as before.

    socket ──▶ STUN, DTLS ───────────────────────────▶ aioice
           └─▶ RTP, RTCP ──▶ waiting ──▶ `PER_TURN` ──▶
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from typing import Any

import aioice.ice

from articgw.aiortc_seams.seam import Seam, missing

MEDIA_FIRST_BYTES = range(128, 192)
"""RFC 7983."""
PER_TURN = 2
"""Media datagrams that a turn of the event loop takes on."""
MAX_DRAIN = 512
"""Datagrams taken from the socket at once; a burst of key frames has fewer."""
MAX_BYTES = 4096
"""Datagrams are below 1500; what is larger is cut short, and no packet of anything known."""


class Entrance:
    """One socket's datagrams, in the order in which they are taken on."""

    def __init__(self, protocol: Any, deliver: Any) -> None:
        self._protocol = protocol
        self._deliver = deliver
        self._socket: socket.socket = protocol.transport.get_extra_info("socket").dup()
        self._socket.setblocking(False)
        self._waiting: deque[tuple[bytes, tuple[Any, ...]]] = deque()
        self._loop = asyncio.get_running_loop()

    def on_datagram(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """The first of those that the socket holds."""
        idle = not self._waiting
        self._sort(data, addr)
        for _ in range(MAX_DRAIN):
            if len(self._waiting) >= MAX_DRAIN:
                break
            try:
                data, addr = self._socket.recvfrom(MAX_BYTES)
            except OSError:
                break
            self._sort(data, addr)
        if idle and self._waiting:
            self._take_on()

    @property
    def waiting(self) -> int:
        """Media datagrams that are not taken on yet."""
        return len(self._waiting)

    def _sort(self, data: bytes, addr: tuple[Any, ...]) -> None:
        if data and data[0] in MEDIA_FIRST_BYTES:
            self._waiting.append((data, addr))
        else:
            self._deliver(self._protocol, data, addr)

    def _take_on(self) -> None:
        for _ in range(min(PER_TURN, len(self._waiting))):
            self._deliver(self._protocol, *self._waiting.popleft())
        if self._waiting:
            self._loop.call_soon(self._take_on)

    def close(self) -> None:
        """Nothing more comes."""
        self._waiting.clear()
        self._socket.close()


def _needs() -> list[str]:
    return missing(aioice.ice.StunProtocol, "datagram_received", "connection_lost")


def _install() -> None:
    deliver = aioice.ice.StunProtocol.datagram_received
    lose = aioice.ice.StunProtocol.connection_lost

    def datagram_received(self: Any, data: bytes, addr: tuple[Any, ...]) -> None:
        entrance = self.__dict__.get("_articgw_entrance")
        if entrance is None:
            entrance = self._articgw_entrance = Entrance(self, deliver)
        entrance.on_datagram(data, addr)

    def connection_lost(self: Any, exc: Exception | None) -> None:
        if (entrance := self.__dict__.pop("_articgw_entrance", None)) is not None:
            entrance.close()
        lose(self, exc)

    setattr(aioice.ice.StunProtocol, "datagram_received", datagram_received)  # noqa: B010
    setattr(aioice.ice.StunProtocol, "connection_lost", connection_lost)  # noqa: B010


TALK_FIRST = Seam(
    "talk first",
    "asyncio takes one datagram in a turn of its loop, so a question waits behind the hundred of a "
    "key frame. The socket is emptied at once, and what is not media goes on first.",
    _needs,
    _install,
)
