"""Somebody with a token and nothing else: sees calls and asks about them over plain HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from articgw.protocol import AnswerDone, Error, decode_gateway

LIMIT_S = 20.0


class Onlooker:
    """Makes no calls of its own."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str | None) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def calls(self) -> list[dict[str, Any]]:
        """What the gateway lists."""
        async with self._http.get(f"{self._url}/api/sessions", headers=self._headers) as response:
            response.raise_for_status()
            listed: dict[str, list[dict[str, Any]]] = await response.json()
        return listed["sessions"]

    async def seen(self, door: str, *, frames: int = 1) -> dict[str, Any]:
        """The newest call through that door, once it has sent frames. Raises `TimeoutError`."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                calls = [call for call in await self.calls() if call["door"] == door]
                if calls and calls[-1]["frames"] >= frames:
                    return calls[-1]
                await asyncio.sleep(0.05)

    async def gone(self, session: str) -> None:
        """Returns when that call has ended. Raises `TimeoutError`."""
        async with asyncio.timeout(LIMIT_S):
            while any(call["session"] == session for call in await self.calls()):
                await asyncio.sleep(0.05)

    async def ask(self, session: str, question: str) -> AnswerDone:
        """The answer that is streamed back. Raises `RuntimeError` where there is none."""
        async with self._http.post(
            f"{self._url}/api/sessions/{session}/ask",
            json={"text": question},
            headers=self._headers,
        ) as response:
            response.raise_for_status()
            lines = (await response.text()).splitlines()
        data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
        match decode_gateway(data[-1]):
            case AnswerDone() as answer:
                return answer
            case Error() as error:
                raise RuntimeError(f"{error.code}: {error.message}")
            case other:
                raise RuntimeError(f"the stream ended with {other}")


@asynccontextmanager
async def onlooker(url: str, token: str | None) -> AsyncIterator[Onlooker]:
    """With a connection of its own."""
    async with aiohttp.ClientSession() as http:
        yield Onlooker(http, url, token)
