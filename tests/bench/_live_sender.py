"""Python senders of the live bench, in a process of their own, driven by JSON lines on stdin.

    python -m tests.bench._live_sender call URL FILM     ours: articgw.client.Call
    python -m tests.bench._live_sender stock URL FILM    aiortc, as its examples send

Each line {"do": start | typing | ask | log} is answered by one line when it is done. Both show the
same film as a camera does: the frame of the moment, and none twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import av
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack

from tests.bench._live_film import Film, luma_of, number_of

QUESTION = "What is that?"
_CLOCK = Fraction(1, 90_000)


class Log:
    """What was captured when, and when the encoder was done with it."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self.captured: list[tuple[int, float]] = []
        self.encoded: list[tuple[int, float]] = []

    def capture(self, number: int) -> av.VideoFrame:
        """The film's frame, now."""
        number %= self._film.frames
        self.captured.append((number, time.monotonic()))
        return av.VideoFrame.from_ndarray(self._film.yuv[number], format="yuv420p")

    def watch(self, *encoders: Any) -> None:
        """Remember when these classes hand a frame over to RTP."""
        for encoder in encoders:
            encoder.encode = self._watched(encoder.encode)

    def _watched(self, encode: Callable[..., Any]) -> Callable[..., Any]:
        def watched(encoder: Any, frame: av.VideoFrame, force_keyframe: bool = False) -> Any:
            payloads, timestamp = encode(encoder, frame, force_keyframe)
            number = number_of(luma_of(frame))
            if payloads and number is not None:
                self.encoded.append((number, time.monotonic()))
            return payloads, timestamp

        return watched


class Caller(Protocol):
    """What both senders can."""

    async def start(self) -> None:
        """Call; returns when questions can be asked."""

    def typing(self) -> None:
        """A key was pressed."""

    async def ask(self) -> None:
        """Returns with the answer's end."""

    async def close(self) -> None:
        """Hang up."""


class OurCaller:
    """`articgw.client.Call`."""

    def __init__(self, url: str, film: Film, log: Log) -> None:
        from articgw.client import Call
        from articgw.client.encoder import SteeredH264Encoder
        from articgw.client.sources import DrawnSource

        log.watch(SteeredH264Encoder)
        self._call = Call(url, DrawnSource(log.capture, film.fps))

    async def start(self) -> None:
        """See `Caller`."""
        await self._call.__aenter__()

    def typing(self) -> None:
        """See `Caller`."""
        self._call.typing()

    async def ask(self) -> None:
        """See `Caller`."""
        await self._call.ask(QUESTION)

    async def close(self) -> None:
        """See `Caller`."""
        await self._call.close()


class FilmTrack(VideoStreamTrack):
    """The film as a camera, at its own rate; a sender that is slow misses frames."""

    def __init__(self, film: Film, log: Log) -> None:
        super().__init__()
        self._film, self._log = film, log
        self._start_t: float | None = None
        self._last = -1

    async def recv(self) -> av.VideoFrame:
        """The frame of the moment."""
        now = time.monotonic()
        if self._start_t is None:
            self._start_t = now
        due = max(self._last + 1, int((now - self._start_t) * self._film.fps))
        await asyncio.sleep(max(0.0, self._start_t + due / self._film.fps - now))
        self._last = due
        frame = self._log.capture(due)
        frame.pts, frame.time_base = due * round(90_000 / self._film.fps), _CLOCK
        return frame


class StockCaller:
    """One connection, one track, one channel."""

    def __init__(self, url: str, film: Film, log: Log) -> None:
        from aiortc.codecs.h264 import H264Encoder
        from aiortc.codecs.vpx import Vp8Encoder

        log.watch(H264Encoder, Vp8Encoder)
        self._url = url
        self._connection = RTCPeerConnection()
        self._connection.addTrack(FilmTrack(film, log))
        self._channel = self._connection.createDataChannel("articgw")
        self._channel.on("open", lambda: self._say({"type": "hello", "version": 1}))
        self._channel.on("message", self._on_message)
        self._ready = asyncio.Event()
        self._ended = asyncio.Event()
        self._asked = 0

    def _say(self, message: dict[str, Any]) -> None:
        self._channel.send(json.dumps(message))

    def _on_message(self, data: str) -> None:
        kind = json.loads(data)["type"]
        if kind == "ready":
            self._ready.set()
        elif kind in ("answer.done", "error"):
            self._ended.set()

    async def start(self) -> None:
        """See `Caller`."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        local = self._connection.localDescription
        body = {"sdp": local.sdp, "type": local.type}
        async with aiohttp.ClientSession() as http, http.post(self._url + "/offer", json=body) as r:
            answer = await r.json()
        await self._connection.setRemoteDescription(
            RTCSessionDescription(answer["sdp"], answer["type"])
        )
        await self._ready.wait()

    def typing(self) -> None:
        """Nobody is told."""

    async def ask(self) -> None:
        """See `Caller`."""
        self._asked += 1
        self._ended.clear()
        self._say({"type": "ask", "id": f"q{self._asked}", "text": QUESTION})
        await self._ended.wait()

    async def close(self) -> None:
        """See `Caller`."""
        await self._connection.close()


async def run(given: argparse.Namespace) -> None:
    """Until stdin ends."""
    film = Film.open(given.film)
    log = Log(film)
    kind: type[OurCaller | StockCaller] = OurCaller if given.kind == "call" else StockCaller
    caller: Caller = kind(given.url, film, log)
    say({"ready": True})
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            match json.loads(line)["do"]:
                case "start":
                    await caller.start()
                    say({})
                case "typing":
                    caller.typing()
                    say({})
                case "ask":
                    await caller.ask()
                    say({})
                case "log":
                    say({"captured": log.captured, "encoded": log.encoded})
    finally:
        await caller.close()


def say(message: dict[str, Any]) -> None:
    """One line."""
    print(json.dumps(message), flush=True)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=("call", "stock"))
    parser.add_argument("url")
    parser.add_argument("film", type=Path)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
