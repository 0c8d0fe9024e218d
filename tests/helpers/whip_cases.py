"""RFC 9725's status codes, one by one, as data: each case is real HTTP to a running gateway.

    results = await run_cases(url, secret)
    assert [case.name for case in results if not case.passed] == []

Used by test_whip.py and counted by the bench. With ``secret`` None, the cases about tokens are left
out. Each case ends the sessions that it began.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from articgw import tokens
from tests.helpers.whip_offers import (
    CANDIDATE,
    GOOD,
    MET,
    NEW_PASSWORD,
    NEW_UFRAG,
    TCP_CANDIDATE,
    UNMET,
    fragment,
)

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
MOST_SESSIONS = 64
"""No gateway that is tested has as many places."""
CLEAR_S = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that a case began."""

    path: str
    etag: str


@dataclass
class Client:
    """A WHIP client by hand."""

    http: aiohttp.ClientSession
    url: str
    secret: str | None
    token: str | None
    """Shown as bearer; a case may change it."""
    opened: list[str] = field(default_factory=list)

    async def send(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        kind: str | None = None,
        **headers: str,
    ) -> Reply:
        """One request; ``If_Match`` is the header If-Match."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if kind is not None:
            sent["Content-Type"] = kind
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        skipped = [] if kind else ["Content-Type"]
        async with self.http.request(
            method, self.url + path, data=body, headers=sent, skip_auto_headers=skipped
        ) as response:
            reply = Reply(response.status, response.headers.copy(), await response.text())
        if reply.status == 201:
            self.opened.append(reply.headers["Location"])
        return reply

    async def post(self, sdp: str | bytes, kind: str | None = SDP, path: str = "/whip") -> Reply:
        """The offer."""
        return await self.send("POST", path, sdp, kind)

    async def session(self) -> Opened:
        """A session that has begun well."""
        reply = await self.post(GOOD)
        assert reply.status == 201, reply.text
        return Opened(reply.headers["Location"], reply.headers["ETag"])

    async def patch(
        self, body: str, etag: str | None = None, path: str | None = None, kind: str = FRAGMENT
    ) -> Reply:
        """A fragment; to a new session, with its own ETag, where nothing else is said."""
        opened = await self.session() if path is None else Opened(path, etag or "")
        match = {"If_Match": etag or opened.etag} if etag != "" else {}
        return await self.send("PATCH", opened.path, body, kind, **match)

    def as_other(self, *scopes: tokens.Scope, age_s: float = 0.0) -> None:
        """From now on with a token of somebody else's."""
        assert self.secret is not None
        now = time.time() - age_s
        self.token = tokens.mint(self.secret, scopes=scopes, ttl_s=60, now=now)


Run = Callable[[Client], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Case:
    """What is done, and what must come back."""

    name: str
    run: Run
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions; an empty one says that the header must not be there."""
    body: str = ""
    """A regular expression that is found in it."""
    needs_token: bool = False


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a case."""

    name: str
    expected: int
    status: int
    passed: bool
    why: str
    """Empty where it passed."""


async def run_cases(url: str, secret: str | None) -> list[CaseResult]:
    """Every case in turn, against the gateway at ``url`` whose token is ``secret``."""
    async with aiohttp.ClientSession() as http:
        cases = [case for case in CASES if secret is not None or not case.needs_token]
        return [await _result(case, http, url, secret) for case in cases]


async def _result(
    case: Case, http: aiohttp.ClientSession, url: str, secret: str | None
) -> CaseResult:
    client = Client(http, url, secret, secret)
    before = await _sessions(http, url)
    try:
        reply = await case.run(client)
    finally:
        client.token = secret
        for path in client.opened:
            await client.send("DELETE", path)
        await _cleared(http, url, before)
    why = _why_not(case, reply)
    return CaseResult(case.name, case.status, reply.status, not why, why)


def _why_not(case: Case, reply: Reply) -> str:
    if reply.status != case.status:
        return f"{reply.status} instead of {case.status}: {reply.text[:200]}"
    for name, pattern in case.headers.items():
        value = reply.headers.get(name)
        if (value is None) != (not pattern) or not re.fullmatch(pattern, value or ""):
            return f"{name} is {value!r}, not {pattern!r}"
    return (
        "" if re.search(case.body, reply.text) else f"{case.body!r} is not in {reply.text!r:.300}"
    )


async def _sessions(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(f"{url}/healthz") as response:
        return int((await response.json())["sessions"])


async def _cleared(http: aiohttp.ClientSession, url: str, before: int) -> None:
    async with asyncio.timeout(CLEAR_S):
        while await _sessions(http, url) > before:
            pass


def _posts(sdp: str | bytes, kind: str | None = SDP, path: str = "/whip") -> Run:
    return lambda client: client.post(sdp, kind, path)


def _patches(body: str, etag: str | None = None, kind: str = FRAGMENT) -> Run:
    return lambda client: client.patch(body, etag, kind=kind)


def _sends(method: str, path: str = "/whip", **headers: str) -> Run:
    return lambda client: client.send(method, path, **headers)


def _sends_to_session(method: str, times: int = 1, **headers: str) -> Run:
    async def run(client: Client) -> Reply:
        path = (await client.session()).path
        for _ in range(times - 1):
            await client.send(method, path, **headers)
        return await client.send(method, path, **headers)

    return run


def _with_token(token: str | None, run: Run) -> Run:
    def run_with_it(client: Client) -> Awaitable[Reply]:
        client.token = token
        return run(client)

    return run_with_it


def _as_other(run: Run, *scopes: tokens.Scope, age_s: float = 0.0) -> Run:
    def run_as_other(client: Client) -> Awaitable[Reply]:
        client.as_other(*scopes, age_s=age_s)
        return run(client)

    return run_as_other


def _to_anothers_session(method: str) -> Run:
    async def run(client: Client) -> Reply:
        opened = await client.session()
        client.as_other("create", "ask")
        body = fragment(CANDIDATE) if method == "PATCH" else None
        kind = FRAGMENT if body else None
        return await client.send(method, opened.path, body, kind, If_Match=opened.etag)

    return run


async def _after_restart(client: Client, body: str, old_etag: bool) -> Reply:
    opened = await client.session()
    restarted = await client.patch(RESTART, "*", opened.path)
    etag = opened.etag if old_etag else restarted.headers["ETag"]
    return await client.patch(body, etag, opened.path)


async def _patch_after_delete(client: Client) -> Reply:
    opened = await client.session()
    await client.send("DELETE", opened.path)
    return await client.patch(fragment(CANDIDATE), opened.etag, opened.path)


async def _restart_at_once_again(client: Client) -> Reply:
    opened = await client.session()
    await client.patch(RESTART, "*", opened.path)
    return await client.patch(RESTART.replace(NEW_UFRAG, "more"), "*", opened.path)


async def _post_until_busy(client: Client) -> Reply:
    for _ in range(MOST_SESSIONS):
        if (reply := await client.post(GOOD)).status != 201:
            return reply
    return reply


async def _restart_has_new_tag(client: Client) -> Reply:
    opened = await client.session()
    reply = await client.patch(RESTART, '"*"', opened.path)
    same = reply.headers.get("ETag") == opened.etag
    return Reply(0, reply.headers, "the ETag is the old one") if same else reply


RESTART = fragment(CANDIDATE, ufrag=NEW_UFRAG, password=NEW_PASSWORD)
_CREATED = {
    "Location": r"/whip/sessions/[A-Za-z0-9_-]{32,}",
    "ETag": r'"[!#-~]+"',
    "Content-Type": "application/sdp.*",
    "Accept-Patch": re.escape(FRAGMENT),
}
_CHALLENGE = {"WWW-Authenticate": "Bearer.*"}
_UNKNOWN = "/whip/sessions/" + "A" * 32

CASES: tuple[Case, ...] = (
    *(
        Case(f"POST {name}: 201", _posts(sdp), 201, _CREATED, r"a=recvonly")
        for name, sdp in MET
    ),
    Case("POST to a named endpoint: 201", _posts(GOOD, path="/whip/desk"), 201, _CREATED),
    Case("POST to a path's endpoint: 201", _posts(GOOD, path="/live/desk/whip"), 201, _CREATED),
    Case("POST, its answer is whole: 201", _posts(GOOD), 201, body=r"(?s)candidate.*mux-only"),
    *(Case(f"POST {name}: {code}", _posts(sdp), code) for name, sdp, code in UNMET),
    Case("POST without a content type: 415", _posts(GOOD, None), 415),
    Case("POST as JSON: 415", _posts("{}", "application/json"), 415),
    Case("POST of bytes that are no text: 400", _posts(b"v=0\xff\xfe"), 400),
    Case("POST while all places are taken: 503", _post_until_busy, 503, {"Retry-After": r"\d+"}),
    Case(
        "POST without a token: 401",
        _with_token(None, _posts(GOOD)),
        401,
        _CHALLENGE,
        needs_token=True,
    ),
    Case(
        "POST with a wrong token: 401",
        _with_token("x" * 40, _posts(GOOD)),
        401,
        _CHALLENGE,
        needs_token=True,
    ),
    Case(
        "POST with an expired token: 401",
        _as_other(_posts(GOOD), "create", age_s=3600),
        401,
        _CHALLENGE,
        needs_token=True,
    ),
    Case(
        "POST with a token that may only ask: 403",
        _as_other(_posts(GOOD), "ask"),
        403,
        _CHALLENGE,
        needs_token=True,
    ),
    Case("GET of the endpoint: 204", _sends("GET"), 204),
    Case("HEAD of the endpoint: 204", _sends("HEAD"), 204),
    Case("PUT to the endpoint: 405", _sends("PUT"), 405, {"Allow": ".*POST.*"}),
    Case("PATCH of the endpoint: 405", _sends("PATCH"), 405, {"Allow": ".*POST.*"}),
    Case("DELETE of the endpoint: 405", _sends("DELETE"), 405, {"Allow": ".*POST.*"}),
    Case("OPTIONS: 200", _sends("OPTIONS"), 200, {"Accept-Post": SDP}),
    Case(
        "OPTIONS without a token, no TURN password: 200",
        _with_token(None, _sends("OPTIONS")),
        200,
        {"Accept-Post": SDP, "Link": ""},
        needs_token=True,
    ),
    Case("GET of a session: 204", _sends_to_session("GET"), 204),
    Case("PUT to a session: 405", _sends_to_session("PUT"), 405, {"Allow": ".*PATCH.*"}),
    Case("POST to a session: 405", _sends_to_session("POST"), 405, {"Allow": ".*PATCH.*"}),
    Case("OPTIONS, a session: 200", _sends_to_session("OPTIONS"), 200, {"Accept-Patch": FRAGMENT}),
    Case("PATCH with a candidate: 204", _patches(fragment(CANDIDATE)), 204, {"ETag": ""}),
    Case("PATCH with nothing new: 204", _patches(fragment("a=end-of-candidates")), 204),
    Case("PATCH over TCP, which is ignored: 204", _patches(fragment(TCP_CANDIDATE)), 204),
    Case("PATCH of an unknown mid, ignored: 204", _patches(fragment(CANDIDATE, mid="9")), 204),
    Case("PATCH without credentials: 204", _patches(CANDIDATE + "\r\n"), 204),
    Case("PATCH with If-Match *: 204", _patches(fragment(CANDIDATE), "*"), 204),
    Case("PATCH without If-Match: 428", _patches(fragment(CANDIDATE), ""), 428),
    Case("PATCH with another ETag: 412", _patches(fragment(CANDIDATE), '"old"'), 412),
    Case("PATCH with a weak ETag: 412", _patches(fragment(CANDIDATE), 'W/"old"'), 412),
    Case("PATCH as SDP: 415", _patches(fragment(CANDIDATE), kind=SDP), 415),
    Case("PATCH with garbage: 400", _patches("hello"), 400),
    Case("PATCH with nothing: 400", _patches(""), 400),
    Case("PATCH with half the credentials: 400", _patches("a=ice-ufrag:EsAw\r\n"), 400),
    Case("PATCH with a bad candidate: 400", _patches(fragment("a=candidate:x")), 400),
    Case("PATCH that is too large: 413", _patches(fragment(*[CANDIDATE] * 400)), 413),
    Case("PATCH that restarts: 200", _patches(RESTART, "*"), 200,
         {"ETag": r'"[!#-~]+"', "Content-Type": f"{FRAGMENT}.*"}, "(?s)ufrag.*pwd.*candidate"),
    Case("PATCH that restarts, a new ETag: 200", _restart_has_new_tag, 200),
    Case("PATCH with the ETag before a restart: 412",
         lambda client: _after_restart(client, fragment(CANDIDATE), old_etag=True), 412),
    Case("PATCH with the ETag after a restart: 204",
         lambda client: _after_restart(client, RESTART, old_etag=False), 204),
    Case("PATCH, restarts too often: 429", _restart_at_once_again, 429, {"Retry-After": r"\d+"}),
    Case("PATCH of no session: 404",
         lambda client: client.patch(fragment(CANDIDATE), "*", _UNKNOWN), 404),
    Case("PATCH after DELETE: 404", _patch_after_delete, 404),
    Case("DELETE: 200", _sends_to_session("DELETE"), 200),
    Case("DELETE whatever the ETag: 200", _sends_to_session("DELETE", If_Match='"old"'), 200),
    Case("DELETE again: 404", _sends_to_session("DELETE", times=2), 404),
    Case("DELETE of no session: 404", _sends("DELETE", _UNKNOWN), 404),
    Case("GET of no session: 404", _sends("GET", _UNKNOWN), 404),
    *(
        Case(f"{method} of another's session: 404", _to_anothers_session(method), 404,
             needs_token=True)
        for method in ("PATCH", "DELETE", "GET")
    ),
)  # fmt: skip
