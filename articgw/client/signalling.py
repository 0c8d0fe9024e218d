"""A gateway over HTTP: the two requests that begin a call, and answers that come as a stream."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import msgspec

from articgw.client.answers import CallLost, CallRefused
from articgw.config import IceServer
from articgw.errors import ConfigError

T = TypeVar("T")
HTTP_TIMEOUT_S = 15.0
"""For a whole response, and for silence within one that streams: gateways beat every 2 s."""


class Accepted(msgspec.Struct, frozen=True):
    """What ``POST /offer`` answers."""

    sdp: str
    session: str
    type: str = "answer"


class Terms(msgspec.Struct, frozen=True):
    """The part of ``GET /api/config`` that a caller needs."""

    ice_servers: tuple[IceServer, ...] = ()


class Signalling:
    """A gateway's HTTP side. Raises `CallRefused`, `CallLost`, and `ConfigError` for the token."""

    def __init__(self, gateway_url: str, token: str | None) -> None:
        self._url = gateway_url.rstrip("/")
        timeout = aiohttp.ClientTimeout(total=HTTP_TIMEOUT_S)
        self._http = aiohttp.ClientSession(headers=_headers(token), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def terms(self) -> Terms:
        """STUN and TURN servers of this gateway."""
        return await self.get("/api/config", Terms)

    async def offer(self, sdp: str) -> Accepted:
        """The gateway's answer to an offer."""
        return await self._ask("POST", "/offer", Accepted, {"sdp": sdp, "type": "offer"})

    async def get(self, path: str, kind: type[T]) -> T:
        """What is at ``path``."""
        return await self._ask("GET", path, kind)

    @asynccontextmanager
    async def stream(self, path: str, body: dict[str, str]) -> AsyncGenerator[aiohttp.StreamReader]:
        """The response to a POST, as it comes; to leave is to hang up."""
        timeout = aiohttp.ClientTimeout(sock_connect=HTTP_TIMEOUT_S, sock_read=HTTP_TIMEOUT_S)
        headers = {"Accept": "text/event-stream"}
        with self._reached():
            async with self._http.post(
                self._url + path, json=body, headers=headers, timeout=timeout
            ) as response:
                if response.status != 200:
                    raise refusal(response.status, await response.read())
                yield response.content

    async def _ask(
        self, method: str, path: str, kind: type[T], body: dict[str, str] | None = None
    ) -> T:
        with self._reached():
            async with self._http.request(method, self._url + path, json=body) as response:
                raw = await response.read()
        if response.status != 200:
            raise refusal(response.status, raw)
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError as error:
            raise CallLost(f"{self._url}{path} is not a gateway's: {error}") from error

    @contextmanager
    def _reached(self) -> Generator[None]:
        try:
            yield
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CallLost(f"no gateway answers at {self._url}: {why(error)}") from error


def _headers(token: str | None) -> dict[str, str]:
    if token is None:
        return {}
    if not (token.isascii() and token.isprintable()):
        raise ConfigError("the token has characters that HTTP cannot carry; is it cut or mangled?")
    return {"Authorization": f"Bearer {token}"}


def why(error: Exception) -> str:
    """What went wrong on the way, in a few words."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0 and not isinstance(error, aiohttp.ClientSSLError):
        return os.strerror(number)
    return str(getattr(error, "strerror", None) or error) or "no answer in time"


def refusal(status: int, raw: bytes) -> CallRefused:
    """The error that a gateway's refusal stands for."""
    try:
        error: dict[str, Any] = msgspec.json.decode(raw)["error"]
        code, message = str(error["code"]), str(error["message"])
        wait_s = error.get("retry_after_s")
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
        code, message, wait_s = "http", "", None
    if code == "http":
        message = f"the gateway answered HTTP {status} {message}".rstrip()
    return CallRefused(message, status=status, code=code, retry_after_s=wait_s)
