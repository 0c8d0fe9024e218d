"""The processes of the abuse bench, each on its own so that none slows another.

    python -m tests.bench._abuse_target ours PAGE    our gateway, its seams in force
    python -m tests.bench._abuse_target stock PAGE   a server as aiortc's examples write one
    python -m tests.bench._abuse_target call URL     a healthy call beside the attack

Both servers answer POST /offer, GET /healthz with the number of calls, and GET /abuse/times with
when the pictures of each call came, in order of the calls and in seconds of this machine's
monotonic clock. PAGE is a file where the server writes how late its event loop ran: it can be read
while the loop hangs. Everything stays on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import mmap
import struct
import sys
import time
from pathlib import Path

import aioice.ice
from aiohttp import web
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

import articgw.webrtc_peer
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config
from articgw.frame import Frame
from articgw.lag import TICK_S
from articgw.priority import go_first
from articgw.server import Gateway
from articgw.slot import FrameSlot

READY = "ready "
_PAGE = struct.Struct("dd")


def stay_on_loopback() -> None:
    """From here on, calls of this process gather 127.0.0.1 only."""
    setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])  # noqa: B010  mypy


class LagPage:
    """The worst lateness of an event loop and its last tick, both in seconds, in a shared file."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._page = mmap.mmap(opened.fileno(), _PAGE.size)

    @staticmethod
    def make(file: Path) -> LagPage:
        """A new page."""
        file.write_bytes(bytes(_PAGE.size))
        return LagPage(file)

    def reset(self) -> None:
        """Forget the worst."""
        _PAGE.pack_into(self._page, 0, 0.0, time.monotonic())

    def worst_s(self) -> float:
        """Up to now; a loop that hangs is late by as long as it has been hanging."""
        worst_s, tick_t = _PAGE.unpack_from(self._page, 0)
        hanging_s: float = time.monotonic() - tick_t - TICK_S
        return max(float(worst_s), hanging_s)

    def hanging_s(self) -> float:
        """Since the last tick."""
        tick_t: float = _PAGE.unpack_from(self._page, 0)[1]
        return time.monotonic() - tick_t

    async def run(self) -> None:
        """Tick as `articgw.lag` does, until cancelled."""
        due_t = time.monotonic() + TICK_S
        while True:
            await asyncio.sleep(max(0.0, due_t - time.monotonic()))
            now = time.monotonic()
            worst_s = max(_PAGE.unpack_from(self._page, 0)[0], now - due_t)
            _PAGE.pack_into(self._page, 0, worst_s, now)
            due_t = now + TICK_S


class Stock:
    """One connection per offer and no limits, as in aiortc's examples."""

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._connections: set[RTCPeerConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._times_s: list[list[float]] = []

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_post("/offer", self._offer)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/abuse/times", self._times)
        return app

    async def _offer(self, request: web.Request) -> web.Response:
        offer = await request.json()
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections.add(connection)
        times_s: list[float] = []
        self._times_s.append(times_s)

        async def on_state() -> None:
            if connection.connectionState in ("failed", "closed"):
                await connection.close()
                self._connections.discard(connection)

        def on_track(track: MediaStreamTrack) -> None:
            stall_s = self._stall_s if len(self._times_s) > 1 else 0.0
            self._tasks.add(asyncio.create_task(_consume(track, times_s, stall_s)))

        connection.on("connectionstatechange", on_state)
        connection.on("track", on_track)
        await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = connection.localDescription
        return web.json_response({"sdp": answer.sdp, "type": answer.type})

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"sessions": len(self._connections)})

    async def _times(self, _request: web.Request) -> web.Response:
        return web.json_response(self._times_s)


async def _consume(track: MediaStreamTrack, times_s: list[float], stall_s: float) -> None:
    try:
        while True:
            await track.recv()
            times_s.append(time.monotonic())
            await asyncio.sleep(stall_s)
    except MediaStreamError:
        return


class _SlowBackend(ScriptedBackend):
    """Its looks take as long as the consumer of the other arm stalls."""

    def __init__(self, stall_s: float) -> None:
        super().__init__(echo)
        self._stall_s = stall_s

    async def look(self, frame: Frame) -> object | None:
        await asyncio.sleep(self._stall_s)
        return None


def ours(stall_s: float) -> web.Application:
    """Our gateway, whose slots remember when pictures came."""
    all_times_s: list[list[float]] = []

    class TimedSlot(FrameSlot):
        def __init__(self) -> None:
            super().__init__()
            self._times_s: list[float] = []
            all_times_s.append(self._times_s)

        @property
        def is_wanted(self) -> bool:
            return self.arrived_t is not None and not self.is_up_to_date

        def put(self, frame: Frame) -> None:
            super().put(frame)
            self._times_s.append(time.monotonic())

    setattr(articgw.webrtc_peer, "FrameSlot", TimedSlot)  # noqa: B010  mypy
    app = Gateway(Config(), _SlowBackend(stall_s)).app()

    async def times(_request: web.Request) -> web.Response:
        return web.json_response(all_times_s)

    app.router.add_get("/abuse/times", times)
    return app


async def _serve(app: web.Application, page: LagPage) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"{READY}http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await page.run()


async def _call(url: str) -> None:
    from tests.bench._abuse_attacks import Attacker

    caller = Attacker(url)
    await caller.connect()
    print(READY, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await caller.hang_up()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("role", choices=("ours", "stock", "call"))
    parser.add_argument("where")
    parser.add_argument("--stall-s", type=float, default=0.0)
    given = parser.parse_args()
    stay_on_loopback()
    if given.role == "call":
        asyncio.run(_call(given.where))
        return
    go_first()
    page = LagPage(Path(given.where))
    stall_s: float = given.stall_s
    asyncio.run(_serve(ours(stall_s) if given.role == "ours" else Stock(stall_s).app(), page))


if __name__ == "__main__":
    main()
