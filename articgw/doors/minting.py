"""POST /api/tokens: {scopes, ttl_s?, subject?, session?} → {token, expires_s, scopes}.

For back ends: yours knows its user, asks here with the secret (or a token that may operate), and
hands the user's page a token that opens that user's own calls, for a quarter of an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
from aiohttp import web

from articgw.config import Config
from articgw.doors.body import json_body
from articgw.gate import Refusal, allow
from articgw.tokens import DEFAULT_TTL_S, OPERATOR, Scope, TokenError, mint


class TokenBody(msgspec.Struct, frozen=True):
    """Body of ``POST /api/tokens``."""

    scopes: tuple[Scope, ...] = ("create", "ask")
    ttl_s: float = DEFAULT_TTL_S
    subject: str | None = None
    """Whose calls they are; a fresh name if not given."""
    session: str | None = None
    """The only call that the token opens."""


class MintingDoor:
    """Tokens for others."""

    def __init__(self, config: Config, wall: Callable[[], float] = time.time) -> None:
        self._secret = config.token
        self._wall = wall

    def add_to(self, app: web.Application) -> None:
        """Its one route."""
        app.router.add_post("/api/tokens", self._mint)

    async def _mint(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "operate")
        if self._secret is None:
            raise Refusal(409, "no_secret", "this gateway has no token set: everybody may come in")
        wanted = await json_body(request, TokenBody)
        if "operate" in wanted.scopes and caller is not OPERATOR:
            raise Refusal(403, "forbidden", "only the secret itself makes tokens that may operate")
        try:
            token = mint(
                self._secret,
                scopes=wanted.scopes,
                ttl_s=wanted.ttl_s,
                now=self._wall(),
                subject=wanted.subject,
                session=wanted.session,
            )
        except TokenError as error:
            raise Refusal(400, error.code, str(error)) from error
        body = {"token": token, "expires_s": wanted.ttl_s, "scopes": sorted(set(wanted.scopes))}
        return web.json_response(body, status=201)
