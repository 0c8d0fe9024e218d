"""The HTTP side: the page, offers, looks, health; and the owner of every session.

    GET  /                                   the page         GET /page/NAME   its parts
    GET  /healthz                            liveness, calls, event-loop lag
    GET  /api/config                  token  what the page must know before it calls
    POST /offer                       token  {sdp, type} → {sdp, type, session}
    GET  /api/sessions/ID/looks/QID.jpg      the frame that an answer is about; ID is the secret

Every refusal is {"error": {"code", "message"}} with a status that says whose fault it is.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import AsyncGenerator
from importlib.metadata import version
from importlib.resources import files

import msgspec
from aiohttp import web
from aiohttp.typedefs import Handler

from articgw import aiortc_seams
from articgw.backends import Backend
from articgw.config import Config
from articgw.errors import OfferError
from articgw.lag import LoopLag
from articgw.offer import MAX_SDP_BYTES
from articgw.session import Session
from articgw.webrtc_peer import WebRtcPeer

log = logging.getLogger(__name__)

RETRY_AFTER_S = 5
MAX_BODY_BYTES = 2 * MAX_SDP_BYTES
"""JSON doubles the line ends of an SDP at most."""
_NEEDS_TOKEN = frozenset({"/offer", "/api/config"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob: mediastream:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class OfferBody(msgspec.Struct, frozen=True):
    """Body of ``POST /offer``, as the browsers' RTCSessionDescription."""

    sdp: str
    type: str


class Refusal(Exception):
    """Answered as JSON with ``status``."""

    def __init__(
        self, status: int, code: str, message: str, retry_after_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


class Gateway:
    """Everything that one process serves."""

    def __init__(self, config: Config, backend: Backend) -> None:
        self._config = config
        self._backend = backend
        self._lag = LoopLag()
        self._sessions: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._frames_received = 0
        """Of calls that have ended."""

    def app(self) -> web.Application:
        """The aiohttp application; starts and stops the back end with itself."""
        aiortc_seams.install()
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._guard])
        page = files("articgw") / "page"
        app.router.add_get("/", self._index)
        app.router.add_static("/page", str(page), append_version=False)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/api/config", self._api_config)
        app.router.add_post("/offer", self._offer)
        app.router.add_get("/api/sessions/{session}/looks/{question}.jpg", self._look)
        app.cleanup_ctx.append(self._life)
        return app

    async def _life(self, _app: web.Application) -> AsyncGenerator[None]:
        await self._backend.start()
        lag = asyncio.create_task(self._lag.run())
        yield
        lag.cancel()
        await asyncio.gather(*(session.peer.close() for session in self._sessions.values()))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._backend.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.path in _NEEDS_TOKEN:
                self._check_token(request)
            response = await handler(request)
        except Refusal as refusal:
            return _refused(refusal)
        except web.HTTPRequestEntityTooLarge:
            return _refused(Refusal(413, "too_large", f"at most {MAX_BODY_BYTES} bytes, please"))
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return _refused(Refusal(error.status, "http", error.reason))
        response.headers.update(_HEADERS)
        of_page = request.path == "/" or request.path.startswith("/page/")
        response.headers["Cache-Control"] = "no-cache" if of_page else "no-store"
        return response

    def _check_token(self, request: web.Request) -> None:
        token = self._config.token
        if token is None:
            return
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode()):
            raise Refusal(
                401,
                "unauthorized",
                "this gateway needs its token: send Authorization: Bearer TOKEN, "
                "or open the page with #token=TOKEN",
            )

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(str(files("articgw") / "page" / "index.html"))

    async def _healthz(self, _request: web.Request) -> web.StreamResponse:
        live = sum(session.peer.slot.received for session in self._sessions.values())
        return web.json_response(
            {
                "status": "ok",
                "sessions": len(self._sessions),
                "frames_received": self._frames_received + live,
                "loop_lag_max_ms": self._lag.max_ms(now=time.monotonic()),
            }
        )

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
        if len(self._tasks) >= self._config.max_sessions:
            raise Refusal(503, "busy", "all places are taken; try again later", RETRY_AFTER_S)
        peer = WebRtcPeer(self._config.ice_servers, time.monotonic)
        session = Session(peer, self._backend, self._config)
        task = asyncio.create_task(self._serve(session, peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            answer = await peer.accept(offer.sdp)
        except OfferError as error:
            raise Refusal(error.status, error.code, str(error)) from error
        return web.json_response({"sdp": answer, "type": "answer", "session": session.id})

    async def _serve(self, session: Session, peer: WebRtcPeer) -> None:
        """Own one session from its offer to its end."""
        self._sessions[session.id] = session
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
            self._frames_received += peer.slot.received
            del self._sessions[session.id]

    async def _look(self, request: web.Request) -> web.StreamResponse:
        session = self._sessions.get(request.match_info["session"])
        frame = session and session.looks.get(request.match_info["question"])
        if not frame:
            raise Refusal(404, "no_look", "no such picture: the last few of a live call are kept")
        return web.Response(body=await asyncio.to_thread(frame.jpeg), content_type="image/jpeg")


def _refused(refusal: Refusal) -> web.Response:
    error: dict[str, object] = {"code": refusal.code, "message": str(refusal)}
    headers = {}
    if refusal.retry_after_s is not None:
        error["retry_after_s"] = refusal.retry_after_s
        headers["Retry-After"] = str(refusal.retry_after_s)
    return web.json_response({"error": error}, status=refusal.status, headers=headers)
