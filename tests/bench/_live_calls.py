"""One call of the live bench: a sender, a relay between, a receiver; each in its own process.

    sender ──▶ relay (in this process: it sees every packet) ──▶ receiver, recording

All clocks are the machine's monotonic clock, so times of different processes compare.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
import psutil

import articgw.testing.relay
from articgw.testing.link import LinkSpec
from articgw.testing.relay import Relay, relay
from articgw.testing.wire import Passage, Wire
from tests.bench._live_chromium import KEY_MS, QUESTION, ChromiumSender, chromium_sender
from tests.bench._live_film import Film
from tests.bench._live_receiver import READY
from tests.bench._live_recorder import Seen

ONE_WAY_S = 0.025
START_LIMIT_S, STOP_LIMIT_S = 30.0, 8.0
LINE_LIMIT_BYTES = 2**24


@dataclass(frozen=True, slots=True)
class Arm:
    """Who sends to whom."""

    name: str
    sender: Literal["page", "plain", "call", "stock"]
    """Chromium with our page or a plain one; our Python sender or aiortc's."""
    receiver: Literal["ours", "stock"]


ARMS = {
    arm.name: arm
    for arm in (
        Arm("chromium/ours", "page", "ours"),
        Arm("sender/ours", "call", "ours"),
        Arm("chromium/stock", "plain", "stock"),
        Arm("sender/stock", "stock", "stock"),
        Arm("plain chromium/ours", "plain", "ours"),
        Arm("plain sender/ours", "stock", "ours"),
    )
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a call is like."""

    uplink: LinkSpec = LinkSpec(delay_s=ONE_WAY_S)
    relayed: bool = True
    config: Mapping[str, Any] = field(default_factory=dict)
    """Of our gateway."""
    max_bps: int | None = None
    """Set by setParameters in the plain page."""
    looks: bool = True
    """Pictures are compared; else only their times are kept, at no cost."""
    stall_s: float = 0.0


def is_media(data: bytes) -> bool:
    """RTP, and neither RTCP nor anything else (RFC 7983, RFC 5761)."""
    return len(data) > 1 and 128 <= data[0] <= 191 and not 192 <= data[1] <= 223


class MediaWire(Wire):
    """Remembers which packets were media."""

    media: list[Passage]

    def put(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """A datagram comes."""
        super().put(data, send)
        if is_media(data) and self.log:
            self.__dict__.setdefault("media", []).append(self.log[-1])


setattr(articgw.testing.relay, "Wire", MediaWire)  # noqa: B010  mypy


class PythonSender:
    """A `_live_sender` process, driven."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._calling: asyncio.Task[Any] | None = None

    async def start(self) -> None:
        """Call."""
        self._calling = asyncio.create_task(self._do("start"))
        await asyncio.sleep(0)

    async def connected(self) -> None:
        """Returns when a question can be asked."""
        assert self._calling is not None
        await asyncio.wait_for(self._calling, START_LIMIT_S)

    async def watch(self) -> None:
        """It always does."""

    async def type_question(self) -> None:
        """Key by key, for about a second."""
        for _ in QUESTION:
            await self._do("typing")
            await asyncio.sleep(KEY_MS / 1000)

    async def ask(self, *, typed: bool) -> None:
        """Ask; wait for the end."""
        await self._do("ask")

    async def captured(self) -> list[tuple[int, float]]:
        """Frame numbers and when they were captured."""
        captured: list[tuple[int, float]] = (await self._do("log"))["captured"]
        return captured

    async def encoded(self) -> list[tuple[int, float]]:
        """Frame numbers and when their encoder was done."""
        encoded: list[tuple[int, float]] = (await self._do("log"))["encoded"]
        return encoded

    def processes(self) -> list[psutil.Process]:
        """The sender's."""
        return [psutil.Process(self._process.pid)]

    async def _do(self, what: str) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what}).encode() + b"\n")
        return await line_of(self._process)


Sender = ChromiumSender | PythonSender


@dataclass
class Live:
    """A call that can be started."""

    arm: Arm
    sender: Sender
    receiver: psutil.Process
    url: str
    relay: Relay | None
    http: aiohttp.ClientSession

    @property
    def wire(self) -> MediaWire:
        """The uplink."""
        assert self.relay is not None
        wire = self.relay.calls[-1].uplink
        assert isinstance(wire, MediaWire)
        return wire

    @property
    def posted_t(self) -> float:
        """When the offer reached the relay: its link began then."""
        return self.wire.link.start_t

    async def start(self, *, limit_s: float = START_LIMIT_S) -> float:
        """Call; returns at the first media packet (without a relay: when connected), and when."""
        await self.sender.start()
        if self.relay is None:
            await self.sender.connected()
            return time.monotonic()
        async with asyncio.timeout(limit_s):
            while not self.relay.calls or not getattr(self.wire, "media", None):
                await asyncio.sleep(0.02)
        return self.wire.media[0].t

    async def records(self) -> tuple[list[Seen], list[Seen], int | None]:
        """Frames as decoded, frames as handed to the model, number of the first whole one."""
        async with self.http.get("/bench/records") as response:
            told = await response.json()
        frames, handed = ([_seen(one) for one in told[key]] for key in ("frames", "handed"))
        return frames, handed, told["first_number"]

    async def first(self) -> bytes:
        """I420 of the first whole and intact picture."""
        async with self.http.get("/bench/first") as response:
            return await response.read()

    async def cap(self, cap_bps: int) -> None:
        """Ours only."""
        async with self.http.post("/bench/cap", json={"cap_bps": cap_bps}) as response:
            response.raise_for_status()


def _seen(told: dict[str, Any]) -> Seen:
    size = told["size_px"]
    return Seen(told["t"], size and tuple(size), told["number"], told["psnr_db"])


@asynccontextmanager
async def live(arm: Arm, film: Film, wanted: Wanted) -> AsyncIterator[Live]:
    """Everything but the call itself. Raises `RuntimeError` where a process does not start."""
    options = ["--stall-s", str(wanted.stall_s), "--config", json.dumps(dict(wanted.config))]
    if wanted.looks:
        options += ["--film", str(film.path)]
    async with AsyncExitStack() as stack:
        start = stack.enter_async_context
        receiver = await start(_process("_live_receiver", arm.receiver, *options))
        assert receiver.stdout is not None
        async with asyncio.timeout(START_LIMIT_S):
            line = (await receiver.stdout.readline()).decode()
        if not line.startswith(READY):
            raise RuntimeError("the receiver did not start")
        direct = line.removeprefix(READY).strip()
        between = None
        if wanted.relayed:
            downlink = LinkSpec(delay_s=ONE_WAY_S)
            between = await start(relay(direct, uplink=wanted.uplink, downlink=downlink))
        url = direct if between is None else between.url
        sender: Sender
        if arm.sender in ("page", "plain"):
            kind: Any = arm.sender
            epoch_s = time.time() - time.monotonic()
            sender = await start(
                chromium_sender(kind, url, film.path, max_bps=wanted.max_bps, epoch_s=epoch_s)
            )
        else:
            process = await start(_process("_live_sender", arm.sender, url, str(film.path)))
            await asyncio.wait_for(line_of(process), START_LIMIT_S)
            sender = PythonSender(process)
        http = await start(aiohttp.ClientSession(direct))
        yield Live(arm, sender, psutil.Process(receiver.pid), url, between, http)


async def line_of(process: asyncio.subprocess.Process) -> Any:
    """The next line of JSON that it says. Raises `RuntimeError` where it says none."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the sender has ended")
    return json.loads(line)


@asynccontextmanager
async def _process(module: str, *args: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module of this bench; ended with the context, gently if it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", f"tests.bench.{module}", *args),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_LIMIT_BYTES,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError, BrokenPipeError, TimeoutError):
            assert process.stdin is not None
            process.stdin.close()
            if module == "_live_receiver":
                process.terminate()
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
        if process.returncode is None:
            process.kill()
            await process.wait()
