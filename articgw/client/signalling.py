"""The two HTTP requests that begin a call."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import msgspec

from articgw.client.answers import CallLost, CallRefused
from articgw.config import IceServer

T = TypeVar("T")
HTTP_TIMEOUT_S = 15.0


class Accepted(msgspec.Struct, frozen=True):
    """What ``POST /offer`` answers."""

    sdp: str
    session: str
    type: str = "answer"


class Terms(msgspec.Struct, frozen=True):
    """The part of ``GET /api/config`` that a caller needs."""

    ice_servers: tuple[IceServer, ...] = ()


class Signalling:
    """A gateway's HTTP side. Raises `CallRefused` and `CallLost`."""

    def __init__(self, gateway_url: str, token: str | None) -> None:
        self._url = gateway_url.rstrip("/")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        timeout = aiohttp.ClientTimeout(total=HTTP_TIMEOUT_S)
        self._http = aiohttp.ClientSession(headers=headers, timeout=timeout)

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
        return await self._ask("GET", "/api/config", Terms)

    async def offer(self, sdp: str) -> Accepted:
        """The gateway's answer to an offer."""
        return await self._ask("POST", "/offer", Accepted, {"sdp": sdp, "type": "offer"})

    async def _ask(
        self, method: str, path: str, kind: type[T], body: dict[str, str] | None = None
    ) -> T:
        try:
            async with self._http.request(method, self._url + path, json=body) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CallLost(f"no gateway answers at {self._url}: {error}") from error
        if response.status != 200:
            raise refusal(response.status, raw)
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError as error:
            raise CallLost(f"{self._url}{path} is not a gateway's: {error}") from error


def refusal(status: int, raw: bytes) -> CallRefused:
    """The error that a gateway's refusal stands for."""
    try:
        error: dict[str, Any] = msgspec.json.decode(raw)["error"]
        return CallRefused(
            str(error["message"]),
            status=status,
            code=str(error["code"]),
            retry_after_s=error.get("retry_after_s"),
        )
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
        return CallRefused(f"the gateway answered HTTP {status}", status=status, code="http")
