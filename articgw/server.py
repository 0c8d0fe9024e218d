"""The HTTP side: the page, offers, looks, health; and the owner of every session.

GET  /                                   the page         GET /page/NAME   its parts
GET  /healthz                            liveness, calls, event-loop lag
GET  /readyz                             200 where calls are taken, 503 before and while draining
GET  /metrics                     token  figures for Prometheus
GET  /api/config                  token  what the page must know before it calls
POST /offer                       token  {sdp, type} → {sdp, type, session}
GET  /api/sessions/ID/looks/QID.jpg      the frame that an answer is about; ID is the secret
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Literal

import msgspec
from aiohttp import web

from articgw import aiortc_seams
from articgw.backends import Backend
from articgw.config import Config
from articgw.errors import OfferError
from articgw.gate import MAX_BODY_BYTES, Gate, Refusal
from articgw.lag import LoopLag
from articgw.memory import tidy
from articgw.metrics import Metrics, Standing
from articgw.protocol import Error
from articgw.session import Session
from articgw.trace import NoTrace, TraceFile, check_folder, open_trace
from articgw.webrtc_peer import WebRtcPeer

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
TIDY_AFTER_S = 1.0
"""aiortc's threads and transports need a moment to let go of a call."""
GOING_DOWN = "This gateway is going down; call again."


class OfferBody(msgspec.Struct, frozen=True):
    """Body of ``POST /offer``, as the browsers' RTCSessionDescription."""

    sdp: str
    type: str


@dataclass(frozen=True, slots=True)
class Call:
    """What belongs to one call."""

    session: Session
    peer: WebRtcPeer
    trace: TraceFile | NoTrace


class Gateway:
    """Everything that one process serves. Raises `ConfigError` where traces cannot be written."""

    def __init__(self, config: Config, backend: Backend) -> None:
        self._config = config
        self._backend = backend
        self._state: Literal["starting", "ready", "draining"] = "starting"
        self._lag = LoopLag()
        self._metrics = Metrics()
        self._calls: dict[str, Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._frames_received = 0
        """Of calls that have ended."""
        self._keyframe_requests = 0
        """Of calls that have ended."""
        self._metrics.watch(self._standing)
        check_folder(config.trace_dir)

    def app(self) -> web.Application:
        """The aiohttp application; starts and stops the back end with itself."""
        aiortc_seams.install()
        app = web.Application(
            client_max_size=MAX_BODY_BYTES, middlewares=[Gate(self._config.token).guard]
        )
        page = files("articgw") / "page"
        app.router.add_get("/", self._index)
        app.router.add_static("/page", str(page), append_version=False)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/api/config", self._api_config)
        app.router.add_post("/offer", self._offer)
        app.router.add_get("/api/sessions/{session}/looks/{question}.jpg", self._look)
        app.cleanup_ctx.append(self._life)
        return app

    async def drain(self) -> None:
        """Take no more calls; returns when the live ones have ended, or after ``drain_s``."""
        self._state = "draining"
        told = Error(code="closing", message=GOING_DOWN, retry_after_s=RETRY_AFTER_S)
        for call in self._calls.values():
            call.trace.write("gateway", "drain", now=time.monotonic(), why="the gateway goes down")
            call.peer.send(told)
            call.peer.give_up_connecting()
        if self._tasks:
            log.info("draining: %d calls have %g s", len(self._tasks), self._config.drain_s)
            await asyncio.wait(self._tasks, timeout=self._config.drain_s)

    async def _life(self, _app: web.Application) -> AsyncGenerator[None]:
        await self._backend.start()
        lag = asyncio.create_task(self._lag.run())
        self._state = "ready"
        yield
        self._state = "draining"
        lag.cancel()
        await asyncio.gather(*(call.peer.close() for call in self._calls.values()))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._backend.close()

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(str(files("articgw") / "page" / "index.html"))

    async def _healthz(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "status": "ok",
                "sessions": len(self._calls),
                "frames_received": self._frames(),
                "loop_lag_max_ms": self._lag.max_ms(now=time.monotonic()),
            }
        )

    async def _readyz(self, _request: web.Request) -> web.StreamResponse:
        status = 200 if self._state == "ready" else 503
        return web.json_response({"status": self._state}, status=status)

    async def _show_metrics(self, request: web.Request) -> web.StreamResponse:
        body, content_type = self._metrics.page(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    def _standing(self) -> Standing:
        now = time.monotonic()
        calls = tuple(call.session.vitals(now=now) for call in self._calls.values())
        live = sum(vitals.keyframe_requests for vitals in calls)
        return Standing(
            calls=calls,
            frames_received=self._frames(),
            keyframe_requests=self._keyframe_requests + live,
            loop_lag_max_ms=self._lag.max_ms(now=now),
            tasks=len(asyncio.all_tasks()),
        )

    def _frames(self) -> int:
        return self._frames_received + sum(c.peer.slot.received for c in self._calls.values())

    async def _api_config(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "version": version("articgw"),
                "model": self._backend.model,
                "about": self._backend.about,
                "needs_token": self._config.token is not None,
                "ice_servers": msgspec.to_builtins(self._config.ice_servers),
            }
        )

    async def _offer(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json" or "Content-Encoding" in request.headers:
            raise Refusal(415, "content_type", "send the offer as plain application/json")
        try:
            offer = msgspec.json.decode(await request.read(), type=OfferBody)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refusal(400, "bad_json", f'expected {{"sdp", "type"}}: {error}') from error
        if offer.type != "offer":
            raise Refusal(400, "not_an_offer", f"type is {offer.type!r:.40}, expected 'offer'")
        self._check_open()
        if len(self._tasks) >= self._config.max_sessions:
            raise Refusal(503, "busy", "all places are taken; try again later", RETRY_AFTER_S)
        call = self._new_call()
        task = asyncio.create_task(self._serve(call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            answer = await call.peer.accept(offer.sdp)
            self._check_open()
        except OfferError as error:
            raise Refusal(error.status, error.code, str(error)) from error
        except Refusal:
            await call.peer.close()
            raise
        return web.json_response({"sdp": answer, "type": "answer", "session": call.session.id})

    def _check_open(self) -> None:
        if self._state == "draining":
            raise Refusal(503, "closing", GOING_DOWN, RETRY_AFTER_S)

    def _new_call(self) -> Call:
        peer = WebRtcPeer(self._config, time.monotonic)
        trace = open_trace(self._config.trace_dir)
        session = Session(
            peer, self._backend, self._config, time.monotonic, trace=trace, metrics=self._metrics
        )
        trace.begin(session.id, now=time.monotonic())
        return Call(session, peer, trace)

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
            self._keyframe_requests += session.vitals(now=time.monotonic()).keyframe_requests
            await asyncio.to_thread(call.trace.close)
            asyncio.get_running_loop().call_later(TIDY_AFTER_S, tidy)

    async def _look(self, request: web.Request) -> web.StreamResponse:
        call = self._calls.get(request.match_info["session"])
        frame = call and call.session.looks.get(request.match_info["question"])
        if not frame:
            raise Refusal(404, "no_look", "no such picture: the last few of a live call are kept")
        return web.Response(body=await asyncio.to_thread(frame.jpeg), content_type="image/jpeg")
