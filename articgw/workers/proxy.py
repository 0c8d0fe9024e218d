"""One request passed on to one worker, and its answer back, as they are on the wire.

Bodies of requests are small and read whole, so that another worker can be asked instead; answers
are streamed, as those of /ask are. Headers that are about one connection stay behind (RFC 9110,
7.6.1). A caller who leaves ends the worker's request too.
"""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from articgw.workers.worker import Worker

HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
     "te", "trailer", "transfer-encoding", "upgrade", "expect", "content-length")
)  # fmt: skip
"""And the length, which is written anew."""


class Gone(Exception):
    """The worker did not begin to answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read whole."""

    method: str
    path: str
    """As it was sent, with the query."""
    headers: CIMultiDict[str]
    body: bytes

    async def to(self, worker: Worker) -> aiohttp.ClientResponse:
        """What the worker answers, its body unread. Raises `Gone`."""
        url = URL(f"http://worker{self.path}", encoded=True)
        try:
            return await worker.http.request(
                self.method,
                url,
                headers=self.headers,
                data=self.body or None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            )
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise Gone(worker.name) from error


async def read(request: web.Request) -> Asked:
    """What came. Raises what aiohttp raises of a body that is too large."""
    headers = passed(request.headers)
    return Asked(request.method, request.raw_path, headers, await request.read())


def passed(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """Those that are not about one connection."""
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    kept = CIMultiDict[str]()
    for name, value in headers.items():
        if name.lower() not in HOP_BY_HOP | named:
            kept.add(name, value)
    return kept


async def stream(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    """The answer, piece by piece. Raises `ConnectionError` where the caller has left, and where the
    worker has: an answer that was begun can only be cut off."""
    async with answer:
        response = web.StreamResponse(status=answer.status, reason=answer.reason)
        response.headers.extend(passed(answer.headers))
        if answer.content_length is not None:
            response.content_length = answer.content_length
        await response.prepare(request)
        try:
            async for piece in answer.content.iter_any():
                await response.write(piece)
        except aiohttp.ClientError as error:
            raise ConnectionResetError("the worker is gone") from error
        await response.write_eof()
        return response
