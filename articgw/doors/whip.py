"""WHIP (RFC 9725): the door of encoders and cameras. One POST, and media flows.

POST    /whip, /whip/NAME, /PATH/whip   application/sdp → 201: the answer, Location, ETag, Link
PATCH   /whip/sessions/ID               trickle ICE → 204; ICE restart → 200, a new ETag
DELETE  /whip/sessions/ID               → 200: the call is over
OPTIONS, GET, HEAD                      200 with Accept-Post; 204: there is nothing to get

The name in the path is the camera's own business: OBS and others put a stream's name there. A
session's URL is as secret as the session, and opens only for the token that made it. The ETag is
the name of the ICE session: it changes when ICE begins anew. A camera has no data channel; its call
is asked through POST /api/sessions/ID/ask, where ID is the last part of Location.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from aiohttp import web

from articgw.calls import Call, Calls
from articgw.config import Config, IceServer
from articgw.errors import OfferError
from articgw.gate import Refusal, allow
from articgw.ice_session import RESTART_EVERY_S
from articgw.sdpfrag import CONTENT_TYPE as FRAGMENT
from articgw.sdpfrag import read_fragment, write_fragment
from articgw.tokens import Caller
from articgw.webrtc_peer import WebRtcPeer
from articgw.whip_sdp import TRICKLE, check_whip_offer, for_parsers, whip_answer

OFFER = "application/sdp"
ENDPOINTS = ("/whip", "/whip/{name}", "/{path:.+}/whip")
SESSION = "/whip/sessions/{session}"
_ENDPOINT_METHODS = "OPTIONS, GET, HEAD, POST"
_SESSION_METHODS = "OPTIONS, GET, HEAD, PATCH, DELETE"
_PREFLIGHT = "Access-Control-Request-Method"


class WhipDoor:
    """The endpoint, and the resource of each session."""

    def __init__(self, calls: Calls, config: Config) -> None:
        self._calls = calls
        self._links = tuple(ice_links(config.ice_servers))

    def add_to(self, app: web.Application) -> None:
        """Its routes; the session's come first, so that no name in a path hides them."""
        router = app.router
        router.add_patch(SESSION, self._patch)
        router.add_delete(SESSION, self._delete)
        router.add_options(SESSION, self._session_options)
        router.add_get(SESSION, self._get_session)
        router.add_route("*", SESSION, self._no_such_method)
        for endpoint in ENDPOINTS:
            router.add_post(endpoint, self._post)
            router.add_options(endpoint, self._options)
            router.add_get(endpoint, self._get)
            router.add_route("*", endpoint, self._no_such_method)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        caller = allow(request, "create")
        offer = for_parsers(await _text(request, OFFER))
        call, answer = await self._calls.open(offer, caller, door="whip", check=check_whip_offer)
        response = web.Response(status=201, body=whip_answer(answer).encode(), content_type=OFFER)
        response.headers["Location"] = SESSION.format(session=call.session.id)
        response.headers["ETag"] = etag_of(call.peer)
        response.headers["Accept-Patch"] = FRAGMENT
        self._add_links(response)
        return response

    async def _patch(self, request: web.Request) -> web.StreamResponse:
        peer = self._found(request).peer
        text = await _text(request, FRAGMENT)
        match = request.headers.get("If-Match")
        if match is None:
            raise Refusal(428, "no_etag", "say which ICE session is meant: If-Match with its ETag")
        try:
            wanted = read_fragment(text)
            if not matches(match, etag_of(peer)):
                raise Refusal(412, "old_etag", "that ICE session is over: use the newest ETag")
            if wanted.credentials in (None, peer.ice.theirs.credentials):
                await peer.add_candidates(wanted.candidates)
                return web.Response(status=204)
            ours = await peer.restart_ice(wanted)
        except OfferError as error:
            retry_after_s = int(RESTART_EVERY_S) if error.status == 429 else None
            raise Refusal(error.status, error.code, str(error), retry_after_s) from error
        body = write_fragment(replace(ours, session=(TRICKLE, *ours.session)))
        response = web.Response(body=body.encode(), content_type=FRAGMENT)
        response.headers["ETag"] = etag_of(peer)
        return response

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        caller, session_id = allow(request, "create"), request.match_info["session"]
        if not self._calls.had_left(session_id, caller, door="whip"):
            await self._calls.hang_up(self._of_whip(session_id, caller))
        return web.Response()

    async def _get(self, request: web.Request) -> web.StreamResponse:
        allow(request, "create")
        return web.Response(status=204)

    async def _get_session(self, request: web.Request) -> web.StreamResponse:
        self._found(request)
        return web.Response(status=204)

    async def _options(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(headers={"Accept-Post": OFFER, "Allow": _ENDPOINT_METHODS})
        if _PREFLIGHT not in request.headers and _may_create(request):
            self._add_links(response)
        return response

    async def _session_options(self, _request: web.Request) -> web.StreamResponse:
        headers = {"Accept-Post": OFFER, "Accept-Patch": FRAGMENT, "Allow": _SESSION_METHODS}
        return web.Response(headers=headers)

    async def _no_such_method(self, request: web.Request) -> web.StreamResponse:
        of_session = "session" in request.match_info
        allowed = {"Allow": _SESSION_METHODS if of_session else _ENDPOINT_METHODS}
        raise Refusal(405, "method", f"{request.method:.20} does nothing here", headers=allowed)

    def _found(self, request: web.Request) -> Call:
        """The live call of the URL, where it is this caller's own. Raises `Refusal`."""
        call = self._of_whip(request.match_info["session"], allow(request, "create"))
        if call.peer.ended:
            raise _no_session()
        return call

    def _of_whip(self, session_id: str, caller: Caller) -> Call:
        call = self._calls.find(session_id, caller)
        if call.door != "whip":
            raise _no_session()
        return call

    def _add_links(self, response: web.Response) -> None:
        for link in self._links:
            response.headers.add("Link", link)


def _no_session() -> Refusal:
    return Refusal(404, "no_session", "there is no such call, or it has ended")


def etag_of(peer: WebRtcPeer) -> str:
    """The strong entity-tag of a call's ICE session; our ICE name is new in each."""
    credentials = peer.ice.ours.credentials
    return f'"{credentials.ufrag if credentials else ""}"'


def matches(if_match: str, etag: str) -> bool:
    """Strong comparison (RFC 9110, 13.1.1). RFC 9725's own example quotes the asterisk."""
    return any(tag.strip() in ("*", '"*"', etag) for tag in if_match.split(","))


def ice_links(servers: Iterable[IceServer]) -> Iterable[str]:
    """Values of Link headers (RFC 8288) that name the STUN and TURN servers."""
    for server in servers:
        link = f'<{server.urls}>; rel="ice-server"'
        if server.username is not None and server.credential is not None:
            link += f"; username={_quoted(server.username)}"
            link += f"; credential={_quoted(server.credential)}"
            link += '; credential-type="password"'
        yield link


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _may_create(request: web.Request) -> bool:
    try:
        allow(request, "create")
    except Refusal:
        return False
    return True


async def _text(request: web.Request, content_type: str) -> str:
    if request.content_type != content_type or "Content-Encoding" in request.headers:
        raise Refusal(415, "content_type", f"send the body as plain {content_type}")
    try:
        return (await request.read()).decode()
    except UnicodeDecodeError as error:
        raise Refusal(400, "sdp_malformed", "the body is not UTF-8") from error
