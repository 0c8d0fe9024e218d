"""The HTTP side of a gateway of several processes: who answers what.

a request that names a call   the call's worker; where that is gone, any, which knows no such call
an offer                      the worker with the fewest calls; where it refuses (503), the next
/healthz /readyz /metrics     all of them, as one
GET /api/sessions             all of them, one after the other
everything else               any

Nothing is allowed or refused here that a worker could decide: tokens, sizes and origins are its
matter, and callers see one gateway.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from aiohttp import ClientResponse, web
from multidict import CIMultiDict

from articgw.gate import MAX_BODY_BYTES, Refusal
from articgw.workers.fleet import Fleet
from articgw.workers.proxy import Asked, Gone, passed, read, stream
from articgw.workers.worker import Worker

_NAMED = re.compile(r"^/(?:api/sessions|whip/sessions)/([^/?]+)")
_OFFERS = re.compile(r"^(?:/offer|/api/offer|/whip(?:/[^/]+)?|/.+/whip)$")
BUSY, TAKEN = 503, (200, 201)
RETRY_AFTER_S = 2


Bodies = Mapping[str, bytes]
"""By the worker's name."""


class Told(NamedTuple):
    """What one worker says of itself."""

    worker: str
    status: int
    headers: CIMultiDict[str]
    body: bytes


class Front:
    """Everything on the one port."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def app(self) -> web.Application:
        """The aiohttp application; ends the workers with itself."""
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/api/sessions", self._sessions)
        app.router.add_route("*", "/{path:.*}", self._pass)
        app.on_cleanup.append(self._close)
        return app

    async def drain(self) -> None:
        """Take no more calls; returns when the live ones have ended, or after ``drain_s``."""
        await self._fleet.drain()

    async def _close(self, _app: web.Application) -> None:
        await self._fleet.close()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = await read(request)
        except web.HTTPRequestEntityTooLarge:
            limit = f"at most {MAX_BODY_BYTES} bytes, please"
            return Refusal(413, "too_large", limit).response()
        named = self._fleet.of(_session_of(request, asked))
        opens = named is None and request.method == "POST" and bool(_OFFERS.match(request.path))
        refused: ClientResponse | None = None
        for worker in (named,) if named else self._fleet.workers:
            worker.offers += opens
            try:
                answer = await asked.to(worker)
            except Gone:
                continue
            worker.offers -= opens and answer.status not in TAKEN
            if refused is not None:
                refused.close()
            if not (opens and answer.status == BUSY):
                return await stream(request, answer)
            refused = answer
        return await stream(request, refused) if refused else _nobody().response()

    async def _sessions(self, request: web.Request) -> web.StreamResponse:
        def joined(bodies: Bodies) -> tuple[bytes, str]:
            each = [json.loads(body)["sessions"] for body in bodies.values()]
            return json.dumps({"sessions": sum(each, [])}).encode(), JSON

        return await self._all(request, joined)

    async def _healthz(self, request: web.Request) -> web.StreamResponse:
        def joined(bodies: Bodies) -> tuple[bytes, str]:
            each: list[dict[str, Any]] = [json.loads(body) for body in bodies.values()]
            whole = {name: sum(one[name] for one in each) for name in _SUMMED}
            lag_ms = max(one["loop_lag_max_ms"] for one in each)
            whole |= {"loop_lag_max_ms": lag_ms, "workers": len(each)}
            return json.dumps({"status": "ok", **whole}).encode(), JSON

        return await self._all(request, joined)

    async def _readyz(self, _request: web.Request) -> web.StreamResponse:
        workers = len(self._fleet.workers)
        state = "draining" if self._fleet.is_draining else "ready" if workers else "starting"
        status = 200 if state == "ready" else BUSY
        return web.json_response({"status": state, "workers": workers}, status=status)

    async def _metrics(self, request: web.Request) -> web.StreamResponse:
        def joined(bodies: Bodies) -> tuple[bytes, str]:
            for name, body in bodies.items():
                self._fleet.totals.on_page(name, body.decode())
            return self._fleet.totals.page(request.headers.get("Accept", ""))

        return await self._all(request, joined)

    async def _all(
        self, request: web.Request, joined: Callable[[Bodies], tuple[bytes, str]]
    ) -> web.StreamResponse:
        """What all say as one, with its type; who may not see one worker's may not see the sum."""
        asked = replace(await read(request), method="GET")
        asked.headers.pop("Accept", None)

        async def told(worker: Worker) -> Told:
            async with await asked.to(worker) as answer:
                headers = passed(answer.headers)
                return Told(worker.name, answer.status, headers, await answer.read())

        answers = await asyncio.gather(*map(told, self._fleet.workers), return_exceptions=True)
        each = [one for one in answers if isinstance(one, Told)]
        if not each:
            return _nobody().response()
        first = each[0]
        if first.status != 200:
            return web.Response(status=first.status, body=first.body, headers=first.headers)
        body, content_type = joined({one.worker: one.body for one in each})
        first.headers["Content-Type"] = content_type
        return web.Response(body=body, headers=first.headers)


JSON = "application/json; charset=utf-8"
_SUMMED = ("sessions", "frames_received", "frames_decoded")


def _session_of(request: web.Request, asked: Asked) -> str:
    """The call that a request names: in its path, or as Pipecat's clients do, in its body."""
    if named := _NAMED.match(request.path):
        return named[1]
    if request.path != "/api/offer":
        return ""
    try:
        body = json.loads(asked.body)
    except ValueError:
        return ""
    return str(body.get("pc_id", "")) if isinstance(body, dict) else ""


def _nobody() -> Refusal:
    return Refusal(BUSY, "starting", "no process takes calls just now; try again", RETRY_AFTER_S)
