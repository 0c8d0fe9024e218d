"""A real far end: an aiortc peer with a drawn camera that speaks the protocol."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import Any, TypeVar

import aiohttp
import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

from articgw.protocol import (
    LABEL,
    ClientMessage,
    GatewayMessage,
    Hello,
    Ready,
    decode_gateway,
    encode,
)

M = TypeVar("M", bound=GatewayMessage)
TIMEOUT_S = 20.0


class DrawnCamera(MediaStreamTrack):
    """640x360 at 30 fps; a bar moves, so that every frame is another one."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._number = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / 30)
        if self.readyState != "live":
            raise MediaStreamError
        rgb = np.full((360, 640, 3), 90, np.uint8)
        rgb[:, (self._number * 8) % 600 :][:, :40] = (200, 60, 30)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts, frame.time_base = int(time.monotonic() * 90000), Fraction(1, 90000)
        self._number += 1
        return frame


class Caller:
    """One call from the far end."""

    def __init__(self, url: str, *, camera: bool = True, audio: bool = False) -> None:
        self.url = url
        self.session = ""
        self.heard: list[GatewayMessage] = []
        self._unheard: asyncio.Queue[GatewayMessage] = asyncio.Queue()
        self._open = asyncio.Event()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.camera = DrawnCamera()
        if camera:
            self.connection.addTrack(self.camera)
        if audio:
            self.connection.addTrack(AudioStreamTrack())
        self.channel: RTCDataChannel = self.connection.createDataChannel(LABEL)
        self.channel.on("open", self._open.set)
        self.channel.on("message", self._on_message)

    def _on_message(self, data: str) -> None:
        message = decode_gateway(data)
        self.heard.append(message)
        self._unheard.put_nowait(message)

    async def offer(self) -> str:
        """The SDP of this caller's offer."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def call(self, **headers: str) -> Ready:
        """Connect and greet; returns when the gateway is ready."""
        status, body = await post_offer(self.url, await self.offer(), **headers)
        assert status == 200, body
        self.session = body["session"]
        await self.connection.setRemoteDescription(RTCSessionDescription(body["sdp"], "answer"))
        async with asyncio.timeout(TIMEOUT_S):
            await self._open.wait()
        self.say(Hello())
        return await self.hears(Ready)

    def say(self, message: ClientMessage | str | bytes) -> None:
        """Send a message, or any bytes."""
        self.channel.send(message if isinstance(message, str | bytes) else encode(message))

    async def hears(self, kind: type[M]) -> M:
        """The next message of this kind."""
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                message = await self._unheard.get()
                if isinstance(message, kind):
                    return message

    async def hang_up(self) -> None:
        self.camera.stop()
        await asyncio.wait_for(self.connection.close(), TIMEOUT_S)


async def post_offer(url: str, sdp: str, **headers: str) -> tuple[int, dict[str, Any]]:
    """POST /offer; returns status and body."""
    async with aiohttp.ClientSession() as http:
        body = {"sdp": sdp, "type": "offer"}
        async with http.post(f"{url}/offer", json=body, headers=headers) as response:
            return response.status, await response.json()


async def health(url: str) -> dict[str, Any]:
    """GET /healthz."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as response:
        body: dict[str, Any] = await response.json()
        return body


async def frames_arrive(url: str, count: int = 1) -> None:
    """Returns when ``count`` more pictures have reached the gateway."""
    before = (await health(url))["frames_received"]
    async with asyncio.timeout(TIMEOUT_S):
        while (await health(url))["frames_received"] < before + count:
            await asyncio.sleep(0.02)


async def sessions_end(url: str, left: int = 0) -> None:
    """Returns when no more than ``left`` calls are live."""
    async with asyncio.timeout(TIMEOUT_S):
        while (await health(url))["sessions"] > left:
            await asyncio.sleep(0.02)


@asynccontextmanager
async def calling(url: str, **options: bool) -> AsyncGenerator[Caller]:
    """A connected caller, hung up at the end."""
    caller = Caller(url, **options)
    try:
        await caller.call()
        yield caller
    finally:
        await caller.hang_up()
