"""aiortc and aiohttp as aiortc's examples use them: all is decoded, the newest frame is kept.

A state is what is done with that frame: nothing, a thumbnail each second, a JPEG each 10 s.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

import cv2
from aiohttp import web
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.bench._capacity_recorder import Recorder

SAMPLE_EVERY_S, ASK_EVERY_S = 1.0, 10.0


def thumbnail(picture: Any) -> Any:
    """Every 16th sample of every 16th row."""
    return picture.to_ndarray(format="yuv420p")[: picture.height : 16, ::16]


def jpeg(picture: Any) -> bytes:
    """As OpenCV makes it, quality 90."""
    done, data = cv2.imencode(".jpg", picture.to_ndarray(format="bgr24"))
    assert done
    return bytes(data)


class Stock:
    """One process's calls."""

    def __init__(self, recorder: Recorder, state: str) -> None:
        self._recorder = recorder
        self._state = state
        self._connections: set[RTCPeerConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._newest: dict[int, Any] = {}

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_post("/offer", self._offer)
        return app

    async def _offer(self, request: web.Request) -> web.Response:
        offer = await request.json()
        connection = RTCPeerConnection()
        self._connections.add(connection)
        connection.on("track", self._on_track)
        await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], offer["type"]))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = connection.localDescription
        return web.json_response({"sdp": answer.sdp, "type": answer.type})

    def _on_track(self, track: MediaStreamTrack) -> None:
        stream = len(self._tasks)
        self._tasks.add(asyncio.create_task(self._take(track, stream)))
        if self._state != "idle":
            self._tasks.add(asyncio.create_task(self._use(stream)))

    async def _take(self, track: MediaStreamTrack, stream: int) -> None:
        try:
            while True:
                frame: Any = await track.recv()
                self._newest[stream] = frame
                self._recorder.on_frame(stream, frame.pts)
        except MediaStreamError:
            return

    async def _use(self, stream: int) -> None:
        every_s = SAMPLE_EVERY_S if self._state == "sampler" else ASK_EVERY_S
        await asyncio.sleep(random.uniform(0, every_s))
        while True:
            if stream in self._newest:
                use = thumbnail if self._state == "sampler" else jpeg
                await asyncio.to_thread(use, self._newest[stream])
            await asyncio.sleep(every_s)
