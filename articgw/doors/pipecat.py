"""Pipecat's small WebRTC: the door of its clients, which come unchanged.

POST  /api/offer  {sdp, type, pc_id?, restart_pc?} → {sdp, type, pc_id}
PATCH /api/offer  {pc_id, candidates: [{candidate, sdp_mid, sdp_mline_index}]} → {status}

With the pc_id of a live call of the caller's own, an offer is a new one for that call (other
addresses, a track more), or, with restart_pc, a new call in its place; otherwise it is a new call.
pc_id is the session, so /api/sessions/PC_ID/ask works too. What is spoken on the data channel is
`articgw.rtvi`.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import msgspec
from aiohttp import web

from articgw.calls import Call, Calls
from articgw.doors.body import json_body
from articgw.errors import OfferError
from articgw.gate import Refusal, allow
from articgw.offer import MAX_CANDIDATES
from articgw.rtvi import PEER_LEFT, RtviDialect
from articgw.tokens import Caller


class OfferBody(msgspec.Struct, frozen=True):
    """Body of ``POST /api/offer``; request_data is theirs and not looked at."""

    sdp: str
    type: str
    pc_id: str | None = None
    restart_pc: bool | None = None


class CandidateBody(msgspec.Struct, frozen=True):
    """As browsers' RTCIceCandidate; an empty one says that there are no more."""

    candidate: str
    sdp_mid: str | None = None
    sdp_mline_index: int | None = None


class CandidatesBody(msgspec.Struct, frozen=True):
    """Body of ``PATCH /api/offer``."""

    pc_id: str
    candidates: Annotated[tuple[CandidateBody, ...], msgspec.Meta(max_length=MAX_CANDIDATES)]


class PipecatDoor:
    """Their one path, twice."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def add_to(self, app: web.Application) -> None:
        """Its routes."""
        app.router.add_post("/api/offer", self._offer)
        app.router.add_patch("/api/offer", self._patch)

    async def _offer(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "create")
        offer = await json_body(request, OfferBody)
        if offer.type != "offer":
            raise Refusal(400, "not_an_offer", f"type is {offer.type!r:.40}, expected 'offer'")
        known = self._known(offer.pc_id, caller)
        if known is not None and not offer.restart_pc:
            try:
                return _answered(known, await known.peer.renegotiate(offer.sdp))
            except OfferError as error:
                raise Refusal(error.status, error.code, str(error)) from error
        if known is not None:
            await self._calls.hang_up(known)
        dialect = RtviDialect()
        call, answer = await self._calls.open(offer.sdp, caller, door="pipecat", dialect=dialect)
        dialect.on_goodbye = partial(call.peer.hang_up, (PEER_LEFT,))
        return _answered(call, answer)

    async def _patch(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "create")
        body = await json_body(request, CandidatesBody)
        call = self._known(body.pc_id, caller)
        if call is None:
            raise Refusal(404, "no_session", "there is no such call, or it has ended")
        adding = [
            call.peer.add_candidate(c.candidate, mid=c.sdp_mid, index=c.sdp_mline_index)
            for c in body.candidates
            if c.candidate
        ]
        await asyncio.gather(*adding)
        return web.json_response({"status": "success"})

    def _known(self, pc_id: str | None, caller: Caller) -> Call | None:
        """The live call of that name, where it is this caller's own and came in here."""
        try:
            call = self._calls.find(pc_id, caller) if pc_id else None
        except Refusal:
            return None
        live = call is not None and call.door == "pipecat" and not call.peer.ended
        return call if live else None


def _answered(call: Call, answer: str) -> web.Response:
    return web.json_response({"sdp": answer, "type": "answer", "pc_id": call.session.id})
