"""Who may come in over HTTP, and how everybody else is told why not.

Every refusal is {"error": {"code", "message"}} with a status that says whose fault it is. Handlers
ask `allow` for the right that they need; other people's calls are 404, as if they did not exist.
Other origins' pages are kept out (CORS) unless they are configured. aiohttp-cors was rejected: it
wraps routes one by one, and refusals made here would go out without its headers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

from articgw import tokens
from articgw.offer import MAX_SDP_BYTES
from articgw.tokens import ANYBODY, Caller, Scope, TokenError

MAX_BODY_BYTES = 2 * MAX_SDP_BYTES
"""JSON doubles the line ends of an SDP at most."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob: mediastream:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CORS = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Patch, Retry-After",
    "Access-Control-Max-Age": "600",
}


class Refusal(Exception):
    """Answered as JSON with ``status``."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        retry_after_s: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        """What the caller is told."""
        error: dict[str, object] = {"code": self.code, "message": str(self)}
        headers = dict(self.headers)
        if self.retry_after_s is not None:
            error["retry_after_s"] = self.retry_after_s
            headers["Retry-After"] = str(self.retry_after_s)
        return web.json_response({"error": error}, status=self.status, headers=headers)


class Gate:
    """Middleware: refusals as JSON, headers on the rest; and the keeper of the secret."""

    def __init__(
        self,
        secret: str | None,
        cors_origins: Sequence[str] = (),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secret
        self._cors_origins = frozenset(cors_origins)
        self._wall = wall

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around every request."""
        origin = self._foreign_origin(request)
        if origin and request.method == "OPTIONS" and _PREFLIGHT in request.headers:
            response: web.StreamResponse = web.Response(status=204)
        else:
            response = await self._handled(request, handler)
        if not response.prepared:
            response.headers.update(
                {k: v for k, v in _HEADERS.items() if k not in response.headers}
            )
            of_page = request.path in ("/", "/client.js") or request.path.startswith("/page/")
            response.headers["Cache-Control"] = "no-cache" if of_page else "no-store"
        return response

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Just before the headers of any response leave, streamed ones included."""
        if self._cors_origins:
            response.headers.add("Vary", "Origin")
        if origin := self._foreign_origin(request):
            response.headers.update({"Access-Control-Allow-Origin": origin, **_CORS})

    def allow(self, request: web.Request, scope: Scope) -> Caller:
        """Who asks. Raises `Refusal`: 401 without a good token, 403 where it is not enough."""
        if self._secret is None:
            return ANYBODY
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refusal(401, "unauthorized", _NEEDS_TOKEN, headers={_CHALLENGE: "Bearer"})
        try:
            caller = tokens.read(self._secret, token.strip(), now=self._wall())
        except TokenError as error:
            challenge = {_CHALLENGE: 'Bearer error="invalid_token"'}
            raise Refusal(401, error.code, str(error), headers=challenge) from error
        if not caller.may(scope):
            challenge = {_CHALLENGE: f'Bearer error="insufficient_scope", scope="{scope}"'}
            raise Refusal(403, "forbidden", f"this needs the scope {scope!r}", headers=challenge)
        return caller

    async def _handled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return refusal.response()
        except web.HTTPRequestEntityTooLarge:
            limit = f"at most {MAX_BODY_BYTES} bytes, please"
            return Refusal(413, "too_large", limit).response()
        except web.HTTPException as error:
            if error.status < 400:
                raise
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return Refusal(error.status, "http", error.reason, headers=allowed).response()

    def _foreign_origin(self, request: web.Request) -> str | None:
        origin = request.headers.get("Origin", "")
        known = origin in self._cors_origins or "*" in self._cors_origins
        return origin if origin and known else None


GATE = web.AppKey("gate", Gate)
_CHALLENGE = "WWW-Authenticate"
_PREFLIGHT = "Access-Control-Request-Method"
_NEEDS_TOKEN = (
    "this gateway needs its token: send Authorization: Bearer TOKEN, "
    "or open the page with #token=TOKEN"
)


def allow(request: web.Request, scope: Scope) -> Caller:
    """Who asks, where they may. Raises `Refusal` with 401 or 403."""
    return request.app[GATE].allow(request, scope)
