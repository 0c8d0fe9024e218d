"""Asks about calls that others make: a plain WHIP camera has no data channel to ask on.

    async with Remote("http://127.0.0.1:8080", token) as gateway:
        for seen in await gateway.sessions():
            print(seen.door, (await gateway.ask(seen.session, "What is there?").whole()).text)

The same messages as on the data channel come as server-sent events; sse.py says why no package
reads them.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec

from articgw.client.answers import AnswerStream, CallLost, QuestionFailed
from articgw.client.signalling import Signalling
from articgw.errors import PeerError
from articgw.protocol import AnswerDelta, AnswerDone, Error, MessageError, decode_gateway
from articgw.sse import EventDecoder, TooLong


class Seen(msgspec.Struct, frozen=True):
    """One live call, as ``GET /api/sessions`` tells it."""

    session: str
    """Names the call in requests; a secret."""
    door: str = ""
    """How it came in: offer, whip, …"""
    age_s: float = 0.0
    frames: int = 0
    """Received since it began."""
    size_px: tuple[int, int] | None = None
    frame_age_ms: float | None = None
    """Of the newest frame; None before the first."""
    fps: float = 0.0
    received_bps: float = 0.0
    readability: float | None = None
    """Of the last answer."""


class _Sessions(msgspec.Struct, frozen=True):
    sessions: tuple[Seen, ...]


class Remote:
    """A gateway, for those who ask but send no pictures. Raises `CallRefused` and `CallLost`."""

    def __init__(
        self,
        gateway_url: str,
        token: str | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._token, self._clock = gateway_url, token, clock
        self._gateway: Signalling | None = None
        self._asking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._gateway = Signalling(self._url, self._token)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        gateway, self._gateway = self._gateway, None
        if gateway is not None:
            await gateway.__aexit__(kind, error, trace)

    async def sessions(self) -> tuple[Seen, ...]:
        """The live calls that the token may see."""
        return (await self._open().get("/api/sessions", _Sessions)).sessions

    def ask(self, session: str, text: str) -> AnswerStream:
        """Ask about what that call's camera sees now; leaving early cancels the question."""
        gateway, question_id = self._open(), f"http-{secrets.token_hex(6)}"

        def on_end(early: bool) -> None:
            if early:
                asking.cancel()

        stream = AnswerStream(question_id, self._clock, on_end)
        path = f"/api/sessions/{quote(session, safe='')}/ask"
        body = {"text": text, "id": question_id}
        asking = asyncio.create_task(_listen(gateway, path, body, stream))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return stream

    def _open(self) -> Signalling:
        if self._gateway is None:
            raise CallLost("there is no connection: use `async with Remote(…)`")
        return self._gateway


async def _listen(
    gateway: Signalling, path: str, body: dict[str, str], stream: AnswerStream
) -> None:
    try:
        async with gateway.stream(path, body) as chunks:
            events = EventDecoder()
            async for chunk in chunks.iter_any():
                for data in events.feed(chunk):
                    if _told(data, stream):
                        return
        stream.put(CallLost("the gateway broke off in the middle of an answer"))
    except TooLong as error:
        stream.put(CallLost(f"the gateway is none: {error}"))
    except PeerError as error:
        stream.put(error)
    except asyncio.CancelledError:
        stream.put(CallLost("the connection was closed"))
        raise


def _told(data: bytes, stream: AnswerStream) -> bool:
    """Hand a message on; True where it is the last one."""
    try:
        message = decode_gateway(data)
    except MessageError:
        return False
    match message:
        case AnswerDelta():
            stream.put(message)
        case AnswerDone():
            stream.put(message)
            return True
        case Error():
            stream.put(QuestionFailed(message))
            return True
    return False
