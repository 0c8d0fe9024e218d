"""Who may come in over HTTP, and how everybody else is told why not.

Every refusal is {"error": {"code", "message"}} with a status that says whose fault it is.
"""

from __future__ import annotations

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler

from articgw.offer import MAX_SDP_BYTES

MAX_BODY_BYTES = 2 * MAX_SDP_BYTES
"""JSON doubles the line ends of an SDP at most."""
_NEEDS_TOKEN = frozenset({"/offer", "/api/config", "/metrics"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob: mediastream:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Refusal(Exception):
    """Answered as JSON with ``status``."""

    def __init__(
        self, status: int, code: str, message: str, retry_after_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    def response(self) -> web.Response:
        """What the caller is told."""
        error: dict[str, object] = {"code": self.code, "message": str(self)}
        headers = {}
        if self.retry_after_s is not None:
            error["retry_after_s"] = self.retry_after_s
            headers["Retry-After"] = str(self.retry_after_s)
        return web.json_response({"error": error}, status=self.status, headers=headers)


class Gate:
    """Middleware: the token where one is set, refusals as JSON, headers on the rest."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Around every request."""
        try:
            if request.path in _NEEDS_TOKEN:
                self._check_token(request)
            response = await handler(request)
        except Refusal as refusal:
            return refusal.response()
        except web.HTTPRequestEntityTooLarge:
            limit = f"at most {MAX_BODY_BYTES} bytes, please"
            return Refusal(413, "too_large", limit).response()
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return Refusal(error.status, "http", error.reason).response()
        response.headers.update(_HEADERS)
        of_page = request.path == "/" or request.path.startswith("/page/")
        response.headers["Cache-Control"] = "no-cache" if of_page else "no-store"
        return response

    def _check_token(self, request: web.Request) -> None:
        if self._token is None:
            return
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode("utf-8", "replace"), self._token.encode()):
            raise Refusal(
                401,
                "unauthorized",
                "this gateway needs its token: send Authorization: Bearer TOKEN, "
                "or open the page with #token=TOKEN",
            )
