"""A tool is run by a POST of its arguments to the URL that whoever runs the gateway has named.

    POST URL    {"city": "Oslo"}          200, text or JSON ─▶ the model, word for word

Nothing is sent a second time: a tool may change something. No redirects, no cookies, no proxies of
the environment; neither arguments nor results are in logs or errors.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import msgspec

from articgw.tools.allowed import Allowed
from articgw.tools.toolset import Result

log = logging.getLogger(__name__)

CONNECT_S = 2.0
MAX_RESULT_BYTES = 8000
"""Of what the model is told; tokens cost time and money."""
CUT = "\n(cut here: it was longer)"
FAILED = "The tool failed. Say so, if it was needed."
LATE = "The tool did not answer in time. Say so, if it was needed."
_TEXTS = ("text/", "application/json", "application/problem+json")


class Posting:
    """To all tools of one gateway."""

    def __init__(self) -> None:
        self._http: aiohttp.ClientSession | None = None

    async def run(
        self, name: str, where: Allowed, arguments: dict[str, Any], *, within_s: float
    ) -> Result:
        """What came of it; never raises but what cancels."""
        try:
            async with asyncio.timeout(within_s):
                return await self._post(name, where, arguments)
        except TimeoutError:
            log.warning("tool %s did not answer within %.1f s", name, within_s)
            return Result("late", LATE)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            log.warning("tool %s cannot be reached: %s", name, type(error).__name__)
            return Result("failed", FAILED)

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def _post(self, name: str, where: Allowed, arguments: dict[str, Any]) -> Result:
        headers = {"Content-Type": "application/json"}
        if where.login is not None:
            headers["Authorization"] = aiohttp.encode_basic_auth(*where.login)
        body = msgspec.json.encode(arguments)
        async with self._session().post(
            where.url, data=body, headers=headers, allow_redirects=False
        ) as response:
            if not 200 <= response.status < 300 or not response.content_type.startswith(_TEXTS):
                kind = response.content_type
                log.warning("tool %s answered with %d, %.40s", name, response.status, kind)
                response.close()
                return Result("failed", FAILED)
            data = b""
            while len(data) <= MAX_RESULT_BYTES and (more := await response.content.readany()):
                data += more
            if len(data) > MAX_RESULT_BYTES:
                response.close()
        return Result("answered", told(data))

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
                headers={"Accept": "application/json, text/*", "Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._http


def told(data: bytes) -> str:
    """What the model is told of a result."""
    text = data[:MAX_RESULT_BYTES].decode("utf-8", "replace")
    return text + CUT if len(data) > MAX_RESULT_BYTES else text
