"""From a request to the beginning of its response.

The same question may be sent again in three cases only, all before the first byte of an answer:
once without each field that the server will not take (`features`), with pictures that it has
forgotten (`by_name`) or with fewer, and once after a failure that a second try can mend (`faults`),
if that is due before the deadline. The caller bounds the whole.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import aiohttp

from articgw.backends.wire.complaint import Complaint, complaint_in
from articgw.backends.wire.faults import Fault, Faults
from articgw.backends.wire.features import Asking, Features
from articgw.backends.wire.target import Target
from articgw.tools.toolset import NO_TOOLS, Toolset

CONNECT_S = 2.0
KEEP_ALIVE_S = 4.0
"""uvicorn, under vLLM and SGLang, hangs up after 5 s of silence; aiohttp repeats no POST."""
NAMES_KEPT_S = 300
REFUSALS = (400, 422, 500)
"""Statuses by which servers refuse a field."""
COMPLAINT_BYTES = 1 << 16
COMPLAINT_S = 2.0
LARGE_BODY_BYTES = 1 << 20
"""aiohttp wants more than that as a file, so that it goes out in parts."""
ACCEPTS = {"Accept": "text/event-stream, application/json", "Accept-Encoding": "identity"}


def connect(
    target: Target, shown: Mapping[str, str], always: Mapping[str, str]
) -> aiohttp.ClientSession:
    """Connections to one server; ``shown`` are the headers that hold a key, unneeded where the URL
    held a login, and ``always`` those of every request.

    No cookies, no redirects, nothing decompressed.
    """
    if target.login is not None:
        shown = {"Authorization": aiohttp.encode_basic_auth(*target.login)}
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            keepalive_timeout=KEEP_ALIVE_S, ttl_dns_cache=NAMES_KEPT_S, limit=0
        ),
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_S, sock_connect=CONNECT_S),
        headers={**ACCEPTS, **always, **shown},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


class Opening:
    """Of one question."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        faults: Faults,
        features: Features,
        *,
        endpoint: str,
        ends_t: float,
    ) -> None:
        """``endpoint`` is where questions go, relative to the base; ``ends_t`` is the deadline, s
        on the event loop's clock."""
        self._http = http
        self._faults = faults
        self._features = features
        self._endpoint = endpoint
        self._ends_t = ends_t

    async def open(
        self,
        body: Callable[[Asking], bytes],
        *,
        detail: str = "",
        toolset: Toolset = NO_TOOLS,
        max_tokens: int | None = None,
        session: str = "",
        lacks: Callable[[Complaint], bool] = lambda _: False,
    ) -> tuple[aiohttp.ClientResponse, Asking]:
        """A response of status 200, and what was asked for. Raises `BackendError`.

        ``lacks`` is told what a server that refuses says: true where ``body`` is another one now.
        The response is the caller's to close.
        """
        tried_again = False
        while True:
            asking = self._features.asking(detail, toolset, max_tokens=max_tokens, session=session)
            response = await self._post(body(asking))
            if isinstance(response, aiohttp.ClientResponse) and response.status == 200:
                return response, asking
            if isinstance(response, aiohttp.ClientResponse):
                complaint = await complaint_of_response(response)
                status = response.status
                if status in REFUSALS and self._features.learn(complaint, asking, status=status):
                    continue
                if status in REFUSALS and lacks(complaint):
                    continue
                fault = self._faults.of_status(
                    response.status, response.headers, complaint, wall_now=time.time()
                )
            else:
                fault = response
            left_s = self._ends_t - asyncio.get_running_loop().time()
            if tried_again or fault.again_in_s is None or fault.again_in_s >= left_s:
                raise fault.error
            tried_again = True
            await asyncio.sleep(fault.again_in_s)

    async def _post(self, body: bytes) -> aiohttp.ClientResponse | Fault:
        try:
            return await self._http.post(
                self._faults.target.at(self._endpoint),
                data=io.BytesIO(body) if len(body) > LARGE_BODY_BYTES else body,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            )
        except (aiohttp.ClientError, OSError) as error:
            return self._faults.of_connection(error)


async def complaint_of_response(response: aiohttp.ClientResponse) -> Complaint:
    """What a response that is not 200 says, as far as it says it soon; closes it."""
    return complaint_in(await beginning_of(response))


async def beginning_of(response: aiohttp.ClientResponse) -> bytes:
    """What it says, as far as it says it soon; closes it."""
    body = b""
    try:
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(COMPLAINT_S):
                while len(body) < COMPLAINT_BYTES and (data := await response.content.readany()):
                    body += data
    finally:
        response.close()
    return body[:COMPLAINT_BYTES]
