"""The HTTP side of one process: the page, the doors, health.

GET  /                                   the page         GET /page/NAME   its parts
GET  /client.js                          our client, for a page of one's own
GET  /healthz                            liveness, calls, event-loop lag
GET  /readyz                             200 where calls are taken, 503 before and while draining
GET  /metrics                   operate  figures for Prometheus
GET  /api/config                create   what the page must know before it calls
GET  /api/sessions/ID/looks/QID.jpg      the frame that an answer is about; ID is the secret
...                                      and the doors, each in its file under doors/
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from importlib.metadata import version
from importlib.resources import files
from typing import Literal

import msgspec
from aiohttp import web

from articgw import aiortc_seams
from articgw.admission import EVERY_S, Admission, Burden
from articgw.backends import Backend
from articgw.calls import Calls
from articgw.config import Config
from articgw.doors.ask import AskDoor
from articgw.doors.minting import MintingDoor
from articgw.doors.offer import OfferDoor
from articgw.doors.pipecat import PipecatDoor
from articgw.doors.whip import WhipDoor
from articgw.gate import GATE, MAX_BODY_BYTES, Gate, Refusal, allow
from articgw.lag import LoopLag
from articgw.metrics import Metrics, Standing
from articgw.models import default_models_dir
from articgw.perception.detecting import detecting_for
from articgw.picture_pool import in_turn
from articgw.scout import NoScout, Scout, scout_for


class Gateway:
    """Everything that one process serves. Raises `ConfigError` where traces cannot be written."""

    def __init__(self, config: Config, backend: Backend, *, id_prefix: str = "") -> None:
        """The names of its calls begin with ``id_prefix``."""
        self._config = config
        self._backend = backend
        self._started = False
        self._lag = LoopLag()
        cores = max(1, len(os.sched_getaffinity(0)) // config.workers)
        self._admission = Admission(config.max_load, cores=cores)
        self._metrics = Metrics()
        self._metrics.watch(self._standing)
        scripted = config.backend == "scripted"
        models_dir = None if scripted else config.models_dir or default_models_dir()
        image_text = config.image_text_model
        self._scout: Scout = scout_for(backend, models_dir, image_text) if config.aim else NoScout()
        self._detecting = detecting_for(
            config.detect_ms,
            config.detect_model,
            config.models_dir or default_models_dir(),
            config.detect_profile,
        )
        self._calls = Calls(
            config, backend, self._metrics, self._scout, self._detecting, id_prefix, self._admission
        )

    def app(self) -> web.Application:
        """The aiohttp application; starts and stops the back end with itself."""
        aiortc_seams.install()
        gate = Gate(self._config.token, self._config.cors_origins)
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[gate.guard])
        app[GATE] = gate
        app.on_response_prepare.append(gate.add_headers)
        page = files("articgw") / "page"
        app.router.add_get("/", self._index)
        app.router.add_get("/client.js", self._client)
        app.router.add_static("/page", str(page), append_version=False)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/api/config", self._api_config)
        app.router.add_get("/api/sessions/{session}/looks/{question}.jpg", self._look)
        for door in (
            OfferDoor(self._calls),
            AskDoor(self._calls),
            MintingDoor(self._config),
            WhipDoor(self._calls, self._config),
            PipecatDoor(self._calls),
        ):
            door.add_to(app)
        app.cleanup_ctx.append(self._life)
        return app

    @property
    def model(self) -> str:
        """Name of the model, as shown to people."""
        return self._backend.model

    @property
    def about(self) -> str:
        """One honest sentence on what it can and cannot do."""
        return self._backend.about

    @property
    def _state(self) -> Literal["starting", "ready", "draining"]:
        if self._calls.draining:
            return "draining"
        return "ready" if self._started else "starting"

    async def drain(self) -> None:
        """Take no more calls; returns when the live ones have ended, or after ``drain_s``."""
        await self._calls.drain()

    async def _life(self, _app: web.Application) -> AsyncGenerator[None]:
        await self._backend.start()
        watching = [asyncio.create_task(self._lag.run()), asyncio.create_task(self._weigh())]
        self._started = True
        yield
        for task in watching:
            task.cancel()
        await self._calls.close()
        await self._scout.close()
        await self._detecting.close()
        await self._backend.close()

    async def _weigh(self) -> None:
        """Read the clocks that say how much this process carries."""
        while True:
            burden = Burden(
                t=time.monotonic(),
                loop_s=time.thread_time(),
                process_s=time.process_time(),
                late_ms=self._lag.mean_ms(),
                calls=len(self._calls),
            )
            self._admission.on_burden(burden)
            await asyncio.sleep(EVERY_S)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(str(files("articgw") / "page" / "index.html"))

    async def _client(self, _request: web.Request) -> web.StreamResponse:
        client = files("articgw") / "page" / "client.js"
        return web.FileResponse(str(client), headers={"Content-Type": "text/javascript"})

    async def _healthz(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "status": "ok",
                "sessions": len(self._calls),
                "frames_received": self._calls.frames_received,
                "frames_decoded": self._calls.frames_decoded,
                "loop_lag_max_ms": self._lag.max_ms(now=time.monotonic()),
            }
        )

    async def _readyz(self, _request: web.Request) -> web.StreamResponse:
        status = 200 if self._state == "ready" else 503
        return web.json_response({"status": self._state}, status=status)

    async def _show_metrics(self, request: web.Request) -> web.StreamResponse:
        allow(request, "operate")
        body, content_type = self._metrics.page(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    def _standing(self) -> Standing:
        now = time.monotonic()
        return Standing(
            calls=self._calls.vitals(now=now),
            frames_received=self._calls.frames_received,
            frames_decoded=self._calls.frames_decoded,
            keyframe_requests=self._calls.keyframe_requests,
            loop_lag_max_ms=self._lag.max_ms(now=now),
            load=self._admission.load(),
            tasks=len(asyncio.all_tasks()),
        )

    async def _api_config(self, request: web.Request) -> web.StreamResponse:
        allow(request, "create")
        return web.json_response(
            {
                "version": version("articgw"),
                "model": self._backend.model,
                "about": self._backend.about,
                "needs_token": self._config.token is not None,
                "ice_servers": msgspec.to_builtins(self._config.ice_servers),
            }
        )

    async def _look(self, request: web.Request) -> web.StreamResponse:
        call = self._calls.get(request.match_info["session"])
        frame = call and call.session.looks.get(request.match_info["question"])
        if not frame:
            raise Refusal(404, "no_look", "no such picture: the last few of a live call are kept")
        return web.Response(body=await in_turn(frame.jpeg), content_type="image/jpeg")
