"""POST /offer: {sdp, type} → {sdp, type, session}, as browsers spell it (RTCSessionDescription)."""

from __future__ import annotations

import msgspec
from aiohttp import web

from articgw.calls import Calls
from articgw.doors.body import json_body
from articgw.gate import Refusal, allow


class OfferBody(msgspec.Struct, frozen=True):
    """Body of ``POST /offer``."""

    sdp: str
    type: str


class OfferDoor:
    """The door of our own page and client."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add_to(self, app: web.Application) -> None:
        """Its one route."""
        app.router.add_post("/offer", self._offer)

    async def _offer(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "create")
        offer = await json_body(request, OfferBody)
        if offer.type != "offer":
            raise Refusal(400, "not_an_offer", f"type is {offer.type!r:.40}, expected 'offer'")
        call, answer = await self._calls.open(offer.sdp, caller, door="offer")
        return web.json_response({"sdp": answer, "type": "answer", "session": call.session.id})
