"""One far end of the capacity bench: its connection, its film, its questions."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from articgw.client.obey import Obedience
from articgw.protocol import (
    LABEL,
    AnswerDone,
    Ask,
    Error,
    Hello,
    Ready,
    Status,
    Steer,
    SteerAck,
    decode_gateway,
    encode,
)
from tests.bench._capacity_film import Film, payloads
from tests.bench._capacity_stream import Silent, Stream

CONNECT_LIMIT_S = 12.0
SPARSE_FPS = 5.0
"""So few frames are sent as frames that stand alone."""
CAN = ("cap", "fps")
QUESTION = "What does the red sign say?"


class Caller:
    """Make it, `call`, and `send_frame` when one is due."""

    def __init__(
        self,
        url: str,
        film: Film,
        *,
        obeys: bool = False,
        ask_every_s: float = 0.0,
        sound_first: bool = False,
        can: tuple[str, ...] = (),
    ) -> None:
        self._url = url
        self._film = film
        self._frames = payloads(film)
        self._alone = payloads(Film(film.codec, film.fps, 1))
        self._obeys = obeys
        self._can = CAN if obeys else can
        self._every_s = ask_every_s
        self._obedience = Obedience(film.fps)
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if sound_first:
            self.connection.addTransceiver(Silent("audio"), "sendonly")
        self._stream = Stream(self.connection, film.codec)
        self._open = asyncio.Event()
        self._hurry = asyncio.Event()
        self._ready = asyncio.Event()
        self._channel: Any = None
        if self._can or ask_every_s:
            self._channel = self.connection.createDataChannel(LABEL)
            self._channel.on("open", self._greet)
            self._channel.on("message", self._on_message)
        self._number = 0
        self._was_sparse = False
        self._ask_t = float("inf")
        self._questions = 0
        self.session = ""
        self.lost = False
        self.sent_bytes = 0
        self.asked: list[tuple[str, float]] = []
        """Each question's words, which no other has, and when it was given to the channel, s."""
        self.ends: list[str] = []
        """`answer.done`, or the code of an error."""
        self.told: list[float] = []
        """Each frame age of a status, ms."""
        self.on_done: Callable[[AnswerDone | Error], None] = lambda _: None

    async def call(self, http: aiohttp.ClientSession) -> None:
        """Connect and greet. Raises `RuntimeError`, `TimeoutError` or an error of aiohttp's."""
        connected = asyncio.Event()

        @self.connection.on("connectionstatechange")
        def _on_state() -> None:
            if self.connection.connectionState == "connected":
                connected.set()
            elif self.connection.connectionState in ("failed", "closed"):
                self.lost = True

        async with asyncio.timeout(CONNECT_LIMIT_S):
            await self.connection.setLocalDescription(await self.connection.createOffer())
            offer = {"sdp": self.connection.localDescription.sdp, "type": "offer"}
            async with http.post(f"{self._url}/offer", json=offer) as response:
                if response.status != 200:
                    raise RuntimeError(f"{response.status} {(await response.text())[:120]}")
                answer = await response.json()
            self.session = answer.get("session", "")
            described = RTCSessionDescription(answer["sdp"], "answer")
            await self.connection.setRemoteDescription(described)
            await connected.wait()
        self._stream.begin()

    async def close(self) -> None:
        """Hang up, in bounded time."""
        self.lost = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.connection.close(), CONNECT_LIMIT_S)

    def forget(self) -> None:
        """A window begins."""
        self.asked, self.ends, self.told, self.sent_bytes = [], [], [], 0

    def asks_from(self, t: float) -> None:
        """The first question is asked then, the others follow at their pace."""
        self._ask_t = t

    def ask(self) -> None:
        """Ask, and send a frame at once where this caller obeys."""
        if self._channel is None or not self._ready.is_set():
            return
        self._questions += 1
        text = f"{QUESTION} {id(self)}-{self._questions}"
        now = time.monotonic()
        self.asked.append((text, now))
        self._channel.send(encode(Ask(id=f"q{self._questions}", text=text)))
        self._obedience.on_question(now)
        if self._obeys:
            self._hurry.set()

    async def until(self, wait_s: float) -> None:
        """Returns after that time, or when a frame is to be sent at once."""
        if not self._obeys:
            await asyncio.sleep(wait_s)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), wait_s)
        self._hurry.clear()

    async def send_frame(self, due_t: float) -> float:
        """The next frame; how long until the one after it is due, s."""
        now = time.monotonic()
        if now >= self._ask_t:
            self._ask_t += self._every_s
            self.ask()
            self._hurry.clear()
        fps = max(0.5, self._obedience.orders(now).fps) if self._obeys else self._film.fps
        sparse = fps <= SPARSE_FPS
        if self._was_sparse and not sparse:
            self._number = -(-self._number // self._film.group) * self._film.group
        self._was_sparse = sparse
        frames = self._alone if sparse else self._frames
        frame = frames[self._number % len(frames)]
        self._number += 1
        self.sent_bytes += sum(map(len, frame))
        await self._stream.send(frame, due_t)
        next_s = 1 / fps
        return min(next_s, max(0.0, self._ask_t - now)) if sparse else next_s

    def _greet(self) -> None:
        self._channel.send(encode(Hello(can=self._can)))

    def _on_message(self, data: str) -> None:
        match decode_gateway(data):
            case Ready():
                self._ready.set()
            case Steer() as steer:
                now = time.monotonic()
                before = self._obedience.orders(now).fps
                if self._obedience.on_steer(steer, now):
                    applied = tuple(part for part in self._can if part in CAN)
                    self._channel.send(encode(SteerAck(seq=steer.seq, applied=applied)))
                if self._obedience.orders(now).fps > before:
                    self._hurry.set()
            case AnswerDone() as done:
                self.ends.append("answer.done")
                self.on_done(done)
            case Error(code=code) as error:
                self.ends.append(code)
                self.on_done(error)
            case Status(frame_age_ms=age_ms) if age_ms is not None:
                self.told.append(age_ms)
