"""The stock arm's receiver: aiortc and aiohttp as aiortc's examples use them, and nothing of ours.

The newest frame is kept for whoever asks; with ``stall_s`` the model is awaited where the frames
are taken, which is what code does that was written for one frame and one answer.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from aiortc import MediaStreamTrack, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.bench._live_recorder import Recorder


class Stock:
    """One process's calls."""

    def __init__(self, recorder: Recorder, stall_s: float) -> None:
        self._recorder = recorder
        self._stall_s = stall_s
        self._connections: set[RTCPeerConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._newest: Any = None
        self._stalled = asyncio.Event()

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_post("/offer", self._offer)
        app.on_shutdown.append(self._close)
        return app

    async def _offer(self, request: web.Request) -> web.Response:
        offer = await request.json()
        connection = RTCPeerConnection()
        self._connections.add(connection)
        connection.on("datachannel", self._on_channel)
        connection.on("track", self._on_track)
        await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], offer["type"]))
        await connection.setLocalDescription(await connection.createAnswer())
        answer = connection.localDescription
        return web.json_response({"sdp": answer.sdp, "type": answer.type})

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._tasks.add(asyncio.create_task(self._take(track)))

    async def _take(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                self._newest = await track.recv()
                self._recorder.on_frame(self._newest)
                if self._stalled.is_set():
                    self._stalled.clear()
                    await asyncio.sleep(self._stall_s)
        except MediaStreamError:
            return

    def _on_channel(self, channel: RTCDataChannel) -> None:
        def on_message(data: str) -> None:
            message = json.loads(data)
            if message["type"] == "hello":
                channel.send(json.dumps({"type": "ready"}))
            elif message["type"] == "ask" and self._newest is not None:
                self._recorder.on_handed(self._newest)
                if self._stall_s:
                    self._stalled.set()
                channel.send(json.dumps({"type": "answer.done", "id": message["id"]}))

        channel.on("message", on_message)

    async def _close(self, _app: web.Application) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections))
