"""A bad network between any WebRTC sender and a gateway; neither of them is touched.

    sender ──▶ HTTP ─────────── everything as it is; offers and answers name the relay ──▶ gateway
    sender ──▶ client socket ──▶ uplink Wire ──▶ gateway socket ──▶ gateway
    sender ◀── client socket ◀── downlink Wire ◀── gateway socket ◀── gateway

Open its URL in place of the gateway's:

    async with relay(url, uplink=LinkSpec(rate=300_000, delay_s=0.025)) as running:
        ...
        running.calls[0].uplink.link.counts

Calls are bounded, and so is what is on its way in each.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from articgw.testing.candidates import first_address, with_candidate
from articgw.testing.link import LinkSpec
from articgw.testing.relay_call import Call
from articgw.testing.wire import Passage, Wire

OnPacket = Callable[[Call, str, Passage], None]
"""Called with the call, "uplink" or "downlink", and what the link did with the packet."""

MAX_CALLS = 32
IDLE_S = 20.0
"""A call from whose sender nothing came for so long makes room for the next. A sender that lives
asks for consent every 5 s (RFC 7675)."""
MAX_BODY_BYTES = 4 * 1024 * 1024
_OFFER_PATHS = ("/offer", "/api/offer")
_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding "
    "upgrade host content-length".split()
)
"""Of RFC 9110, 7.6.1, and what each HTTP side writes for itself."""


class Relay:
    """Serves a gateway's HTTP and relays its calls; use `relay` to start one."""

    def __init__(
        self,
        gateway_url: str,
        uplink: LinkSpec,
        downlink: LinkSpec,
        on_packet: OnPacket | None = None,
    ) -> None:
        self._gateway = URL(gateway_url)
        self._uplink, self._downlink = uplink, downlink
        self._on_packet = on_packet
        self._made = 0
        self._http: aiohttp.ClientSession
        self.url = ""
        """Where to send what was for the gateway."""
        self.calls: list[Call] = []
        """Those that are live, oldest first."""

    def app(self) -> web.Application:
        """The aiohttp application; ends every call with itself."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._serve)
        app.cleanup_ctx.append(self._life)
        return app

    def set_links(self, uplink: LinkSpec | None = None, downlink: LinkSpec | None = None) -> None:
        """Change the links of every call, now and to come; None leaves a direction as it is."""
        self._uplink, self._downlink = uplink or self._uplink, downlink or self._downlink
        for call in self.calls:
            if uplink is not None:
                call.uplink.change(uplink)
            if downlink is not None:
                call.downlink.change(downlink)

    def cut(self, seconds: float) -> None:
        """Lose everything, both ways, that the calls of now send in the next ``seconds``."""
        for call in self.calls:
            call.uplink.cut(seconds)
            call.downlink.cut(seconds)

    async def rebind(self, call: Call) -> None:
        """Let the gateway see a call from another port from now on."""
        await call.rebind()

    def drop(self, call: Call) -> None:
        """Forget a call: nothing of it is relayed any more."""
        call.close()
        if call in self.calls:
            self.calls.remove(call)

    async def _life(self, _app: web.Application) -> AsyncGenerator[None]:
        async with aiohttp.ClientSession(
            auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
        ) as self._http:
            yield
            for call in list(self.calls):
                self.drop(call)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        try:
            sdp = await _offered(request)
            if sdp is None:
                return await self._pass_on(request)
            return await self._call(request, sdp)
        except aiohttp.ClientError as error:
            return _refused(502, "relay", f"the gateway {self._gateway} does not answer: {error}")
        except OSError as error:
            return _refused(502, "relay", f"no socket for the call: {error}")

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        async with self._sent_on(request, await request.read()) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            response.headers.extend(_end_to_end(answer.headers))
            response.content_length = answer.content_length
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            await response.write_eof()
            return response

    async def _call(self, request: web.Request, sdp: str) -> web.StreamResponse:
        for call in [call for call in self.calls if call.idle_s() > IDLE_S]:
            self.drop(call)
        if len(self.calls) >= MAX_CALLS:
            return _refused(503, "busy", f"the relay has {MAX_CALLS} calls")
        call = self._new_call()
        self.calls.append(call)
        answered = False
        try:
            to_gateway, to_client = await call.open(self._near_gateway(), _near_client(request))
            body = json.loads(await request.read()) | {"sdp": with_candidate(sdp, *to_gateway)}
            async with self._sent_on(request, json.dumps(body).encode()) as answer:
                raw, status = await answer.read(), answer.status
                headers = _end_to_end(answer.headers)
            told = _json(raw)
            answered = status < 300 and isinstance(told.get("sdp"), str)
            if not answered:
                return web.Response(body=raw, status=status, headers=headers)
            call.gateway = first_address(told["sdp"], near=to_gateway[0])
            if call.gateway is None:
                answered = False
                return _refused(502, "relay", "the gateway's answer has no UDP candidate")
            call.session = str(told.get("session", ""))
            told["sdp"] = with_candidate(told["sdp"], *to_client)
            return web.Response(body=json.dumps(told), status=status, headers=headers)
        finally:
            if not answered:
                self.drop(call)

    def _new_call(self) -> Call:
        loop, seed = asyncio.get_running_loop(), self._made
        self._made += 1
        uplink = replace(self._uplink, seed=self._uplink.seed + seed)
        downlink = replace(self._downlink, seed=self._downlink.seed + seed + 1_000_003)
        call = Call(
            Wire(uplink, loop, lambda passage: self._tell(call, "uplink", passage)),
            Wire(downlink, loop, lambda passage: self._tell(call, "downlink", passage)),
        )
        return call

    def _tell(self, call: Call, direction: str, passage: Passage) -> None:
        if self._on_packet is not None:
            self._on_packet(call, direction, passage)

    def _sent_on(self, request: web.Request, body: bytes) -> Any:
        return self._http.request(
            request.method,
            self._gateway.join(request.rel_url),
            data=body or None,
            headers=_end_to_end(request.headers),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            allow_redirects=False,
        )

    def _near_gateway(self) -> str:
        return _way_to(self._gateway.host or "")


@asynccontextmanager
async def relay(
    gateway_url: str,
    *,
    uplink: LinkSpec = LinkSpec(),  # noqa: B008  frozen
    downlink: LinkSpec = LinkSpec(),  # noqa: B008  frozen
    on_packet: OnPacket | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> AsyncGenerator[Relay]:
    """A running relay to the gateway at ``gateway_url``; port 0 takes a free one.

    Each call gets links of its own, which begin with its offer. Raises `OSError` where it cannot
    listen.
    """
    running = Relay(gateway_url, uplink, downlink, on_packet)
    runner = web.AppRunner(
        running.app(), access_log=None, auto_decompress=False, shutdown_timeout=1.0
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound_host, bound_port = runner.addresses[0][:2]
        running.url = str(URL.build(scheme="http", host=bound_host, port=bound_port))
        yield running
    finally:
        await runner.cleanup()


async def _offered(request: web.Request) -> str | None:
    """The SDP of an offer; None: the request is something else."""
    if request.method != "POST" or request.path not in _OFFER_PATHS:
        return None
    body = _json(await request.read())
    sdp = body.get("sdp")
    return sdp if body.get("type") == "offer" and isinstance(sdp, str) else None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _end_to_end(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP]


def _refused(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


def _near_client(request: web.Request) -> str:
    """The address by which the sender reached us; on loopback, this machine's first."""
    assert request.transport is not None
    return _unless_loopback(request.transport.get_extra_info("sockname")[0])


def _way_to(host: str) -> str:
    """Our address on the way to ``host``."""
    family, kind, _, _, address = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as probe:
        probe.connect(address)
        return _unless_loopback(probe.getsockname()[0])


def _unless_loopback(host: str) -> str:
    """aioice and browsers gather no loopback candidates, so theirs is never an answer to one."""
    if not ip_address(host).is_loopback:
        return host
    from aioice.ice import get_host_addresses

    return next(iter(get_host_addresses(use_ipv4=True, use_ipv6=False)), host)
