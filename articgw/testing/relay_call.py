"""The datagrams of one relayed call, between the sender's addresses and the gateway's.

STUN and DTLS take the same way as media. As in a NAT, each address of the sender gets a gateway
socket of its own, and only the gateway's address may send through it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from articgw.testing.wire import Wire

log = logging.getLogger(__name__)

Address = tuple[str, int]

MAX_ROUTES = 4
"""Addresses that one sender may send from; ICE tries each of its interfaces."""
BUFFER_BYTES = 1024 * 1024
"""Asked of the system for each socket: a key frame comes as one burst."""


class Call:
    """The datagrams of one call. Read `uplink` and `downlink`: their counts, queue and log."""

    def __init__(self, uplink: Wire, downlink: Wire) -> None:
        self.uplink = uplink
        """From the sender to the gateway."""
        self.downlink = downlink
        """From the gateway to the sender."""
        self.session = ""
        """The gateway's name for it, where its answer told."""
        self.gateway: Address | None = None
        """Where the gateway listens, once its answer told."""
        self.closed = False
        self._loop = asyncio.get_running_loop()
        self._heard_t = self._loop.time()
        self._routes: dict[Address, _Socket] = {}
        self._spare: _Socket | None = None
        self._client_side: _Socket | None = None
        self._opening: set[Address] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._host = ""

    async def open(self, gateway_host: str, client_host: str) -> tuple[Address, Address]:
        """Bind both sides; returns the addresses to tell the gateway and the sender."""
        self._host = gateway_host
        self._spare = await _Socket.bind(gateway_host, self._from_gateway(None))
        self._client_side = await _Socket.bind(client_host, self._from_client)
        return self._spare.address, self._client_side.address

    @property
    def gateway_ports(self) -> list[int]:
        """The ports that the gateway sees, one for each address of the sender."""
        return [route.address[1] for route in self._routes.values()]

    def idle_s(self) -> float:
        """How long nothing came from the sender, s."""
        return self._loop.time() - self._heard_t

    async def rebind(self) -> None:
        """Give every route another gateway socket, as when a NAT forgets: the address changes."""
        for client, old in list(self._routes.items()):
            fresh = await _Socket.bind(self._host, self._from_gateway(client))
            if self.closed:
                fresh.close()
                return
            self._routes[client] = fresh
            old.close()

    def close(self) -> None:
        """Close its sockets and drop what is on its way."""
        self.closed = True
        for task in self._tasks:
            task.cancel()
        for wire in (self.uplink, self.downlink):
            wire.close()
        for side in (self._spare, self._client_side, *self._routes.values()):
            if side is not None:
                side.close()

    def _from_client(self, data: bytes, client: Address) -> None:
        self._heard_t = self._loop.time()
        if client in self._routes:
            self.uplink.put(data, partial(self._to_gateway, client))
        elif self._spare is not None:
            self._routes[client], self._spare = self._spare, None
            self._routes[client].received = self._from_gateway(client)
            self.uplink.put(data, partial(self._to_gateway, client))
        elif client not in self._opening and len(self._routes) < MAX_ROUTES:
            self._opening.add(client)
            task = asyncio.create_task(self._open_route(client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open_route(self, client: Address) -> None:
        route = await _Socket.bind(self._host, self._from_gateway(client))
        if self.closed or len(self._routes) >= MAX_ROUTES:
            route.close()
        else:
            self._routes[client] = route
        self._opening.discard(client)

    def _from_gateway(self, client: Address | None) -> Callable[[bytes, Address], None]:
        def received(data: bytes, source: Address) -> None:
            if client is not None and source == self.gateway:
                self.downlink.put(data, partial(self._to_client, client))

        return received

    def _to_gateway(self, client: Address, data: bytes) -> None:
        if self.gateway is not None:
            self._routes[client].send(data, self.gateway)

    def _to_client(self, client: Address, data: bytes) -> None:
        if self._client_side is not None:
            self._client_side.send(data, client)


class _Socket(asyncio.DatagramProtocol):
    """A bound UDP socket that hands on what it receives."""

    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self.received = received
        self.address: Address = ("", 0)
        self._transport: asyncio.DatagramTransport

    @classmethod
    async def bind(cls, host: str, received: Callable[[bytes, Address], None]) -> _Socket:
        loop = asyncio.get_running_loop()
        transport, bound = await loop.create_datagram_endpoint(
            lambda: cls(received), local_addr=(host, 0)
        )
        raw = transport.get_extra_info("socket")
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            raw.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        bound.address = transport.get_extra_info("sockname")[:2]
        bound._transport = transport
        return bound

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.received(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        log.debug("a datagram came back: %s", exc)

    def send(self, data: bytes, to: Address) -> None:
        self._transport.sendto(data, to)

    def close(self) -> None:
        self._transport.close()
