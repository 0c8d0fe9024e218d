"""A plain far end for the page: aiortc, no gateway. It steers as it is told and keeps what arrives.

Pictures are read as they come in, as `artic_codecs.pack` reads them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Literal

import av
import numpy as np
from aiohttp import web
from aiohttp.typedefs import Handler
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from artic_codecs.pack import Unpacked, Unpacker
from articgw.protocol import (
    VERSION,
    ClientMessage,
    Hello,
    MessageError,
    Ready,
    Steer,
    SteerAck,
    SteerRegion,
    decode_client,
    encode,
)

PAGE = files("articgw") / "page"
BLANK = '<!doctype html><link rel="icon" href="data:"><video id="live" autoplay muted></video>'
LIMIT_S = 20.0


class Receiver:
    """Of one call."""

    def __init__(self, codec: Literal["VP8", "H264"] = "VP8", slow_ms: float = 0.0) -> None:
        """``slow_ms``: so much longer the page's packing takes."""
        self.url = ""
        self.heard: list[ClientMessage] = []
        self.pictures: deque[Unpacked | None] = deque(maxlen=8)
        """The newest, None for each whose mark is damaged."""
        self.count = 0
        """Of pictures so far."""
        self._codec = codec
        self._slow_ms = slow_ms
        self._seq = 0
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel: RTCDataChannel | None = None
        self._unpacker = Unpacker()
        self._tasks: set[asyncio.Task[None]] = set()
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("track", self._on_track)

    @property
    def hello(self) -> Hello:
        """What the page said first."""
        return next(message for message in self.heard if isinstance(message, Hello))

    @property
    def ack(self) -> SteerAck:
        """The newest one; of no steer before the first."""
        acks = [message for message in self.heard if isinstance(message, SteerAck)]
        return acks[-1] if acks else SteerAck(seq=0, applied=())

    def steer(
        self,
        *regions: SteerRegion,
        how: Literal["whole", "qp", "packed"],
        fps: float = 5.0,
        size_px: tuple[int, int] | None = None,
        ttl_s: float = 60.0,
    ) -> int:
        """Tell the page what to send; returns the number of the steer."""
        assert self._channel is not None
        self._seq += 1
        steer = Steer(
            seq=self._seq,
            cap_bps=400_000,
            fps=fps,
            size_px=size_px,
            pause=False,
            how=how,
            regions=regions,
            ttl_s=ttl_s,
            why="asked",
        )
        self._channel.send(encode(steer))
        return self._seq

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns when it holds. Raises `TimeoutError`."""
        async with asyncio.timeout(LIMIT_S):
            while not condition():
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """The end of the call."""
        await self._connection.close()
        await asyncio.gather(*self._tasks)

    def app(self) -> web.Application:
        """The page's modules, an empty page, and where calls begin, for pages of any origin."""
        app = web.Application(middlewares=[_open_to_all])
        app.router.add_get("/", self._blank)
        app.router.add_get("/client.js", self._client)
        app.router.add_get("/page/pack-planes.js", self._planes)
        app.router.add_static("/page", str(PAGE))
        app.router.add_route("*", "/offer", self._offer)
        return app

    async def _blank(self, _request: web.Request) -> web.Response:
        return web.Response(text=BLANK, content_type="text/html")

    async def _client(self, _request: web.Request) -> web.Response:
        text = (PAGE / "client.js").read_text("utf-8")
        return web.Response(text=text, content_type="text/javascript")

    async def _planes(self, _request: web.Request) -> web.Response:
        text = (PAGE / "pack-planes.js").read_text("utf-8")
        draw = "async draw(frame, layout) {"
        assert draw in text
        if self._slow_ms:
            wait = f"await new Promise((go) => setTimeout(go, {self._slow_ms}));"
            text = text.replace(draw, draw + wait)
        return web.Response(text=text, content_type="text/javascript")

    async def _offer(self, request: web.Request) -> web.Response:
        if request.method == "OPTIONS":
            return web.Response(headers={"Access-Control-Allow-Headers": "*"})
        offer = await request.json()
        description = RTCSessionDescription(offer["sdp"], offer["type"])
        video = self._connection.addTransceiver("video", direction="recvonly")
        known = RTCRtpReceiver.getCapabilities("video")
        assert known is not None
        wanted = [codec for codec in known.codecs if codec.mimeType == f"video/{self._codec}"]
        video.setCodecPreferences(wanted)
        await self._connection.setRemoteDescription(description)
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        answer = self._connection.localDescription
        return web.json_response({"sdp": answer.sdp, "type": answer.type})

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._on_message)

    def _on_message(self, data: str) -> None:
        message = decode_client(data)
        assert not isinstance(message, MessageError), message
        self.heard.append(message)
        if isinstance(message, Hello):
            assert self._channel is not None
            ready = Ready(version=VERSION, session="test", model="none", about="")
            self._channel.send(encode(ready))

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.add(asyncio.create_task(self._take(track)))

    async def _take(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.VideoFrame)
            yuv = np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)
            self.pictures.append(self._unpacker.unpack(yuv))
            self.count += 1


@web.middleware
async def _open_to_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@asynccontextmanager
async def receiver(
    codec: Literal["VP8", "H264"] = "VP8", slow_ms: float = 0.0
) -> AsyncIterator[Receiver]:
    """On a free loopback port."""
    far_end = Receiver(codec, slow_ms)
    runner = web.AppRunner(far_end.app(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        far_end.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield far_end
    finally:
        await far_end.close()
        await runner.cleanup()
