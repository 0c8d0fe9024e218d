"""Good health, and every way to fail: the same for all families.

A behaviour speaks, or refuses before there is anything to speak over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from aiohttp import web

from articgw.testing.servers.wire import Finish, Wire

End = Literal["well", "early", "half", "cut", "never"]
"""Of a stream: as it should, without what the family writes there, closed for writing only, reset,
not at all."""


class Talk(Protocol):
    """One answer, to whoever asked."""

    @property
    def wire(self) -> Wire:
        """The family."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The request."""

    async def refuse(self, status: int, message: str) -> None:
        """Say no, and nothing more."""

    async def say(self, event: Mapping[str, Any]) -> None:
        """Send an event."""

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are."""

    async def end(self, how: End) -> None:
        """Stop speaking; returns only after ``well`` and ``early``."""


Refuse = Callable[[web.Request, Wire, Mapping[str, Any]], Awaitable[web.StreamResponse]]


async def _nothing(_talk: Talk) -> None:
    raise AssertionError("this behaviour refuses")


@dataclass(frozen=True)
class Behaviour:
    """What a server does with one request."""

    speak: Callable[[Talk], Awaitable[None]] = _nothing
    refuse: Refuse | None = None
    """Instead of speaking."""


class HttpTalk:
    """A streamed response."""

    def __init__(self, request: web.Request, wire: Wire, body: Mapping[str, Any]) -> None:
        self._request = request
        self.wire = wire
        self.body = body
        self.response = web.StreamResponse(headers={"Content-Type": wire.content_type})

    async def refuse(self, status: int, message: str) -> None:
        """Say no, and nothing more."""
        complaint = self.wire.complaint(status, message)
        self.response = web.json_response(complaint, status=status)

    async def say(self, event: Mapping[str, Any]) -> None:
        """Send an event."""
        await self.raw(self.wire.framed(event))

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        if not self.response.prepared:
            await self.response.prepare(self._request)
        await self.response.write(data)

    async def end(self, how: End) -> None:
        """Stop speaking; returns only after ``well`` and ``early``."""
        if not self.response.prepared:
            await self.response.prepare(self._request)
        if how == "well" and (last := self.wire.last()):
            await self.response.write(last)
        if how in ("well", "early"):
            await self.response.write_eof()
            return
        await _break(self._request, how)


class SocketTalk:
    """One answer on a WebSocket, which stays open behind it."""

    def __init__(
        self,
        request: web.Request,
        socket: web.WebSocketResponse,
        wire: Wire,
        body: Mapping[str, Any],
    ) -> None:
        self._request = request
        self._socket = socket
        self.wire = wire
        self.body = body

    async def refuse(self, status: int, message: str) -> None:
        """Say no, and nothing more."""
        if self.wire.close_code is not None:
            await self._socket.close(code=self.wire.close_code, message=message.encode())
        else:
            await self.say(self.wire.complaint(status, message))

    async def say(self, event: Mapping[str, Any]) -> None:
        """Send an event."""
        await self.raw(self.wire.framed(event))

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are, in one message."""
        await self._socket.send_str(data.decode("utf-8", "replace"))

    async def end(self, how: End) -> None:
        """Stop speaking; ``early`` closes the socket, as ``half`` does behind it."""
        if how == "well":
            if last := self.wire.last():
                await self.raw(last)
        elif how == "early":
            await self._socket.close()
        else:
            await _break(self._request, how)


def says(
    text: str,
    *,
    finish: Finish = "stop",
    gate: asyncio.Event | None = None,
    logprob: float | None = None,
    first_s: float = 0.0,
    word_s: float = 0.0,
) -> Behaviour:
    """The answer in good health, word by word. It waits for ``gate`` behind its first word, takes
    ``first_s`` before that and ``word_s`` before each other one."""

    async def speak(talk: Talk) -> None:
        await pause(first_s)
        for event in talk.wire.beginning():
            await talk.say(event)
        words = text.replace(" ", "\0 ").split("\0") if text else []
        for number, word in enumerate(words):
            if number:
                await pause(word_s)
            await talk.say(talk.wire.word(word, logprob))
            if gate is not None and number == 0:
                await gate.wait()
        for event in talk.wire.ending(finish, len(words)):
            await talk.say(event)
        await talk.end("well")

    return Behaviour(speak)


def calls(
    *wanted: tuple[str, Mapping[str, Any]], text: str = "", gate: asyncio.Event | None = None
) -> Behaviour:
    """Wants tools run, each with its arguments, after some words. It waits for ``gate`` before the
    first of them."""

    async def speak(talk: Talk) -> None:
        for event in (*talk.wire.beginning(), *([talk.wire.word(text)] if text else [])):
            await talk.say(event)
        if gate is not None:
            await gate.wait()
        for place, (name, arguments) in enumerate(wanted):
            for event in talk.wire.call(place, name, arguments):
                await talk.say(event)
        for event in talk.wire.ending("tools", len(wanted)):
            await talk.say(event)
        await talk.end("well")

    return Behaviour(speak)


def breaks_off(text: str = "It says", end: End = "early") -> Behaviour:
    """Begins an answer and does not finish it."""

    async def speak(talk: Talk) -> None:
        for event in (*talk.wire.beginning(), talk.wire.word(text)):
            await talk.say(event)
        await pause(0.005)
        await talk.end(end)

    return Behaviour(speak)


def finishes_without_end(text: str, end: End) -> Behaviour:
    """A whole answer, but for what ends its stream."""

    async def speak(talk: Talk) -> None:
        for event in (
            *talk.wire.beginning(), talk.wire.word(text), *talk.wire.ending("stop", 1)
        ):  # fmt: skip
            await talk.say(event)
        await talk.end(end)

    return Behaviour(speak)


def garbles(data: bytes) -> Behaviour:
    """Begins an answer, and goes on with something else."""

    async def speak(talk: Talk) -> None:
        for event in (*talk.wire.beginning(), talk.wire.word("It says")):
            await talk.say(event)
        await talk.raw(data)
        await talk.end("well")

    return Behaviour(speak)


def complains_in_stream(message: str, status: int = 500) -> Behaviour:
    """Begins an answer, and then says what is wrong."""

    async def speak(talk: Talk) -> None:
        for event in (*talk.wire.beginning(), talk.wire.word("It says")):
            await talk.say(event)
        await talk.say(talk.wire.complaint(status, message))
        await talk.end("well")

    return Behaviour(speak)


def goes_silent() -> Behaviour:
    """Begins an answer and says no more, for ever."""
    return breaks_off(end="never")


def stalls() -> Behaviour:
    """Takes the request and never answers."""

    async def speak(_talk: Talk) -> None:
        await asyncio.Event().wait()

    return Behaviour(speak)


def hangs_up() -> Behaviour:
    """Takes the request and closes the connection."""

    async def refuse(
        request: web.Request, _wire: Wire, _body: Mapping[str, Any]
    ) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        await asyncio.Event().wait()
        raise AssertionError("nothing ends this wait")

    return Behaviour(refuse=refuse)


def fails(status: int, message: str = "no", headers: Mapping[str, str] | None = None) -> Behaviour:
    """A refusal in the family's own words."""

    async def refuse(
        _request: web.Request, wire: Wire, _body: Mapping[str, Any]
    ) -> web.StreamResponse:
        return web.json_response(wire.complaint(status, message), status=status, headers=headers)

    return Behaviour(refuse=refuse)


def repeats_the_request(status: int) -> Behaviour:
    """Fails with all that it was sent in its complaint, as careless servers do."""

    async def refuse(
        request: web.Request, wire: Wire, body: Mapping[str, Any]
    ) -> web.StreamResponse:
        question = wire.read(body, request.path).question if body else ""
        said = f"{question} {request.headers} {request.rel_url} {json.dumps(body)}"
        return web.json_response(wire.complaint(status, said), status=status)

    return Behaviour(refuse=refuse)


def refuses_field(name: str, status: int = 400) -> Behaviour:
    """Takes no request that has this field, and answers all others."""

    async def speak(talk: Talk) -> None:
        if talk.wire.has(talk.body, name):
            await talk.refuse(status, f"{name}: this field is not supported")
        else:
            await says("It says EXIT.").speak(talk)

    return Behaviour(speak)


async def pause(seconds: float) -> None:
    """A server that takes its time."""
    if seconds > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.Event().wait()


async def _break(request: web.Request, how: End) -> None:
    assert request.transport is not None
    if how == "half":
        request.transport.write_eof()
    if how == "cut":
        request.transport.abort()
    await asyncio.Event().wait()
