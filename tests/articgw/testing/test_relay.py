"""The relay's own parts, in front of a gateway that echoes datagrams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from articgw.testing import relay as module
from articgw.testing.candidates import first_address
from articgw.testing.link import LinkSpec
from articgw.testing.relay import Relay, relay
from articgw.testing.wire import Passage

OFFER = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:abcd\r\n"
LIMIT_S = 10.0
Address = tuple[str, int]


class Datagrams(asyncio.DatagramProtocol):
    """A UDP socket: what it received, and from whom; echoes if it should."""

    def __init__(self, echo: bool = False) -> None:
        self.received: asyncio.Queue[tuple[bytes, Address]] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport
        self._echo = echo

    @classmethod
    @asynccontextmanager
    async def bound(cls, echo: bool = False) -> AsyncGenerator[Datagrams]:
        loop = asyncio.get_running_loop()
        transport, made = await loop.create_datagram_endpoint(
            lambda: cls(echo), local_addr=("0.0.0.0", 0)
        )
        made.transport = transport
        try:
            yield made
        finally:
            transport.close()

    @property
    def port(self) -> int:
        found: int = self.transport.get_extra_info("sockname")[1]
        return found

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self.received.put_nowait((data, (addr[0], addr[1])))
        if self._echo:
            self.transport.sendto(data, addr)

    async def take(self) -> tuple[bytes, Address]:
        async with asyncio.timeout(LIMIT_S):
            return await self.received.get()


class FakeGateway:
    """Answers offers with the address of its echo; shows any other request as it came."""

    def __init__(self, echo: Datagrams) -> None:
        self.echo = echo
        self.offers: list[dict[str, Any]] = []
        self.refuse = False
        self.url = ""

    async def offer(self, request: web.Request) -> web.Response:
        self.offers.append(await request.json())
        if self.refuse:
            return web.json_response({"error": {"code": "busy"}}, status=503)
        host = (first_address(self.offers[-1]["sdp"]) or ("", 0))[0]
        line = f"a=candidate:1 1 udp 1 {host} {self.echo.port} typ host"
        sdp = f"v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n{line}\r\n"
        return web.json_response({"sdp": sdp, "type": "answer", "session": "s1"})

    async def show(self, request: web.Request) -> web.Response:
        seen = {
            "method": request.method,
            "path": request.raw_path,
            "authorization": request.headers.get("Authorization"),
            "body": (await request.read()).decode(),
        }
        return web.json_response(seen, status=418, headers={"X-Own": "1", "Set-Cookie": "a=b"})


@asynccontextmanager
async def fake_gateway() -> AsyncGenerator[FakeGateway]:
    async with Datagrams.bound(echo=True) as echo:
        fake = FakeGateway(echo)
        app = web.Application()
        app.router.add_post("/offer", fake.offer)
        app.router.add_route("*", "/{path:.*}", fake.show)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield fake
        finally:
            await runner.cleanup()


async def offer(running: Relay, sdp: str = OFFER) -> tuple[int, dict[str, Any]]:
    body = {"sdp": sdp, "type": "offer", "more": 1}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{running.url}/offer", json=body) as response:
            return response.status, await response.json()


async def dialled(running: Relay) -> Address:
    """Where a sender is told to send."""
    status, answer = await offer(running)
    assert (status, answer["session"]) == (200, "s1")
    address = first_address(answer["sdp"])
    assert address is not None
    return address


async def test_everything_but_offers_passes_as_it_is() -> None:
    async with fake_gateway() as fake, relay(fake.url) as running:
        async with aiohttp.ClientSession() as http:
            async with http.put(
                f"{running.url}/api/a%20b?c=d",
                data=b"body",
                headers={"Authorization": "Bearer secret"},
            ) as response:
                assert (response.status, response.headers["X-Own"]) == (418, "1")
                assert response.headers["Set-Cookie"] == "a=b"
                assert await response.json() == {
                    "method": "PUT",
                    "path": "/api/a%20b?c=d",
                    "authorization": "Bearer secret",
                    "body": "body",
                }
            for raw in (b"{", b"[]", b'{"type":"answer","sdp":""}'):
                async with http.post(f"{running.url}/offer", data=raw) as response:
                    assert response.status in (200, 500)
        assert running.calls == []


async def test_datagrams_go_through_both_links_and_back() -> None:
    told: list[tuple[str, Passage]] = []
    link = LinkSpec(delay_s=0.02)
    async with (
        fake_gateway() as fake,
        relay(
            fake.url,
            uplink=link,
            downlink=link,
            on_packet=lambda call, direction, passage: told.append((direction, passage)),
        ) as running,
        Datagrams.bound() as sender,
    ):
        address = await dialled(running)
        loop = asyncio.get_running_loop()
        sent_t = loop.time()
        for data in (b"one", b"two"):
            sender.transport.sendto(data, address)
        assert await sender.take() == (b"one", address)
        assert loop.time() - sent_t >= 0.039
        assert await sender.take() == (b"two", address)
        (call,) = running.calls
        assert call.session == "s1"
        assert call.uplink.link.counts.packets_taken == 2
        assert call.downlink.link.counts.bytes_taken == 2 * (3 + 28)
        assert sorted(direction for direction, _ in told) == ["downlink"] * 2 + ["uplink"] * 2
        assert fake.offers[0]["more"] == 1
        assert [call.gateway_ports[0]] == [first_address(fake.offers[0]["sdp"])[1]]  # type: ignore[index]


async def test_cuts_and_new_links_hold_for_the_calls_of_now() -> None:
    async with fake_gateway() as fake, relay(fake.url) as running, Datagrams.bound() as sender:
        address = await dialled(running)
        (call,) = running.calls
        running.cut(3600.0)
        sender.transport.sendto(b"lost", address)
        async with asyncio.timeout(LIMIT_S):
            while not call.uplink.link.counts.lost:
                await asyncio.sleep(0)
        running.cut(0.0)
        running.set_links(uplink=LinkSpec(rate=1e6), downlink=LinkSpec(delay_s=0.01))
        sender.transport.sendto(b"there", address)
        assert (await sender.take())[0] == b"there"
        assert call.uplink.link.spec.rate == 1e6
        await dialled(running)
        assert [c.uplink.link.spec.rate for c in running.calls] == [1e6, 1e6]


async def test_a_refused_offer_leaves_no_call() -> None:
    async with fake_gateway() as fake, relay(fake.url) as running:
        fake.refuse = True
        assert await offer(running) == (503, {"error": {"code": "busy"}})
        assert running.calls == []


async def test_calls_are_bounded_and_idle_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_CALLS", 1)
    async with fake_gateway() as fake, relay(fake.url) as running:
        await dialled(running)
        (first,) = running.calls
        assert (await offer(running))[0] == 503
        assert running.calls == [first]
        monkeypatch.setattr(module, "IDLE_S", 0.0)
        await dialled(running)
        assert first.closed
        assert first not in running.calls


async def test_a_gateway_that_is_not_there_is_said() -> None:
    async with fake_gateway() as fake:
        url = fake.url
    async with relay(url) as running:
        status, body = await offer(running)
        assert (status, body["error"]["code"]) == (502, "relay")
        assert url in json.dumps(body)
        assert running.calls == []


async def test_its_end_closes_calls_and_tasks() -> None:
    before = asyncio.all_tasks()
    async with fake_gateway() as fake:
        async with relay(fake.url, downlink=LinkSpec(delay_s=30)) as running:
            address = await dialled(running)
            async with Datagrams.bound() as sender:
                sender.transport.sendto(b"1", address)
                await fake.echo.take()
            (call,) = running.calls
        assert call.closed
    assert asyncio.all_tasks() == before
