"""A browser that plays clips into several senders at once, and who receives them.

    page, worker ─▶ Chromium's encoders ─▶ relay (sees every packet) ─▶ aiortc, pictures kept

Receiver and relay are in this process, and nothing else is meant to run meanwhile. The relay's link
is not limited: `_codecs_chromium_wire` computes the one that frames are said to have come through.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import av
from aiohttp import web
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from playwright.async_api import Error as BrowserError
from playwright.async_api import Page

import articgw.testing.relay
from artic_codecs.regions import Box
from articgw.answer import with_start_bitrate
from articgw.testing.relay import Relay, relay
from tests.bench._codecs_chromium_wire import HeaderWire, Packet
from tests.helpers.browser import chromium, open_page

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "articgw" / "page"
FILES = {
    "/": "_codecs_chromium_page.html",
    "/bench.js": "_codecs_chromium_page.js",
    "/bench-worker.js": "_codecs_chromium_worker.js",
}
LEEWAY = 1.1
"""Congestion control begins at so much of the encoder's rate, and never hears of anything."""
AFTER_S = 0.8
"""It goes on after the film."""
TAKE_LIMIT_S = 60.0
_FEEDBACK = re.compile(
    r"a=(extmap:\d+ \S*(abs-send-time|transport-wide)|rtcp-fb:\d+ (goog-remb|transport-cc)).*\r\n"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sender."""

    codec: Literal["vp8", "h264"]
    rate_bps: float
    """Of the link."""
    max_bps: int
    """Of its encoder: what headers leave of the rate."""
    start_bps: int
    """The same before the take begins."""
    max_fps: float | None = None
    """Its maxFramerate; None: not set."""
    degradation: str | None = None
    """Its degradationPreference; None: the browser's own."""
    hint: str | None = None
    """The track's contentHint; None: none."""


@dataclass(frozen=True, slots=True)
class Take:
    """What all senders show: pictures at a rate, packed around boxes or whole."""

    name: str
    """Of the pictures: those of the last name are not fetched again."""
    pictures: Sequence[bytes] = field(repr=False)
    """I420."""
    size_px: tuple[int, int]
    fps: float
    boxes: tuple[Box, ...] | None = None
    """One per picture, fractions; None: they go out as they are."""


@dataclass
class Received:
    """What came of one sender."""

    packets: list[Packet]
    pictures: dict[int, av.VideoFrame]
    """By RTP ticks from the first packet on."""
    film_t: float
    """When the film began, monotonic, s."""
    written_t: Sequence[float]
    """When the page wrote the picture of each slot of the take, likewise."""
    coded_t: Sequence[float]
    """The same of those before, which carry codes."""
    stats: dict[str, Any]
    """The browser's own, of its end."""
    played: dict[str, Any]
    """``lateMs``, the worst of the feed; ``drawMs`` of each picture."""


class Receiver:
    """Calls, numbered by their senders."""

    def __init__(self) -> None:
        self.start_bps: dict[int, int] = {}
        self.pictures: dict[int, dict[int, av.VideoFrame]] = {}
        self.take: Take | None = None
        self._connections: list[RTCPeerConnection] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        """The aiohttp application: page, modules, pictures, offers."""
        app = web.Application()
        for path in FILES:
            app.router.add_get(path, self._file)
        app.router.add_static("/page/", MODULES)
        app.router.add_get("/pictures/{name}", self._pictures)
        app.router.add_post("/offer", self._offer)
        return app

    async def clear(self) -> None:
        """Hang up everything."""
        await asyncio.gather(*(connection.close() for connection in self._connections))
        await asyncio.gather(*self._tasks)
        self._connections.clear()
        self.pictures.clear()

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(HERE / FILES[request.path])

    async def _pictures(self, request: web.Request) -> web.StreamResponse:
        assert self.take is not None
        response = web.StreamResponse(headers={"Access-Control-Allow-Origin": "*"})
        response.content_length = sum(len(one) for one in self.take.pictures)
        await response.prepare(request)
        for one in self.take.pictures:
            await response.write(one)
        await response.write_eof()
        return response

    async def _offer(self, request: web.Request) -> web.Response:
        offer = await request.json()
        line: int = offer["line"]
        connection = RTCPeerConnection()
        self._connections.append(connection)
        kept = self.pictures.setdefault(line, {})

        def on_track(track: MediaStreamTrack) -> None:
            task = asyncio.create_task(_keep(track, kept))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        connection.on("track", on_track)
        sdp = _FEEDBACK.sub("", offer["sdp"])
        await connection.setRemoteDescription(RTCSessionDescription(sdp, offer["type"]))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = connection.localDescription
        told = _FEEDBACK.sub("", with_start_bitrate(answer.sdp, self.start_bps[line]))
        return web.json_response({"sdp": told, "type": answer.type, "session": str(line)})


async def _keep(track: MediaStreamTrack, kept: dict[int, av.VideoFrame]) -> None:
    try:
        while True:
            picture: Any = await track.recv()
            kept[picture.pts] = picture
    except MediaStreamError:
        return


@dataclass
class Stage:
    """Browser, relay and receiver, ready for one take after another."""

    page: Page
    errors: list[str]
    relay: Relay
    receiver: Receiver
    direct: str

    async def play(self, take: Take, lines: Sequence[Line]) -> list[Received]:
        """All lines at once. Raises what a page, a browser or a call can: then play it again."""
        self.receiver.take = take
        self.receiver.start_bps = {
            index: round(LEEWAY * line.start_bps) for index, line in enumerate(lines)
        }
        order = {
            "take": {
                "url": f"{self.direct}/pictures/{take.name}",
                "sizePx": take.size_px,
                "fps": take.fps,
                "count": len(take.pictures),
                "after": max(3, round(AFTER_S * take.fps)),
                "boxes": take.boxes,
            },
            "lines": [
                {
                    "line": index,
                    "codec": line.codec,
                    "startBps": line.start_bps,
                    "maxBps": line.max_bps,
                    "maxFps": line.max_fps,
                    "degradation": line.degradation,
                    "hint": line.hint,
                }
                for index, line in enumerate(lines)
            ],
        }
        try:
            async with asyncio.timeout(TAKE_LIMIT_S):
                told = await self.page.evaluate("(order) => window.play(order)", order)
            if self.errors:
                raise RuntimeError(f"the page complains: {self.errors}")
            return self._received(told, len(lines))
        except (BrowserError, RuntimeError, TimeoutError):
            await self.page.reload()
            self.errors.clear()
            raise
        finally:
            await self.receiver.clear()
            for call in list(self.relay.calls):
                self.relay.drop(call)

    def _received(self, told: dict[str, Any], lines: int) -> list[Received]:
        epoch_s = time.time() - time.monotonic()
        film_t, written_t, coded_t = (
            [at / 1000 - epoch_s for at in told[name]] for name in ("filmT", "writtenT", "codedT")
        )
        wires = {int(call.session): call.uplink for call in self.relay.calls}
        got = []
        for index in range(lines):
            wire = wires[index]
            assert isinstance(wire, HeaderWire)
            pictures = dict(self.receiver.pictures[index])
            stats = told["stats"][index] or {}
            packets = list(wire.__dict__.get("heard", []))
            if not packets:
                raise RuntimeError(f"nothing came of line {index}")
            got.append(Received(packets, pictures, film_t[0], written_t, coded_t, stats, told))
        return got


@asynccontextmanager
async def stage() -> AsyncGenerator[Stage]:
    """All of it, ended with the context."""
    async with AsyncExitStack() as stack:
        wires: Any = articgw.testing.relay
        stack.callback(setattr, wires, "Wire", wires.Wire)
        wires.Wire = HeaderWire
        receiver = Receiver()
        runner = web.AppRunner(receiver.app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        direct = f"http://127.0.0.1:{runner.addresses[0][1]}"
        between = await stack.enter_async_context(relay(direct))
        browser = await stack.enter_async_context(chromium())
        page, errors = await open_page(browser, between.url)
        yield Stage(page, errors, between, receiver, direct)
