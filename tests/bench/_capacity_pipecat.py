# mypy: disable-error-code="import-not-found"
"""Pipecat's small WebRTC transport, each call in a pipeline of its own, as its examples have it.

A state is what the pipeline asks of the transport: frames on request only, one a second, a request
each 10 s, whose picture becomes a JPEG. Runs in an environment of its own (`_capacity_foreign`).
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

import cv2
import numpy as np
from aiohttp import web
from loguru import logger
from pipecat.frames.frames import UserImageRawFrame, UserImageRequestFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_transport import TransportParams
from pipecat.transports.smallwebrtc import connection as small
from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport
from pipecat.workers.runner import WorkerRunner

from tests.bench._capacity_recorder import Recorder

ASK_EVERY_S = 10.0


class Pictures(FrameProcessor):  # type: ignore[misc]
    """The end of a pipeline: pictures that were requested become JPEG files."""

    async def process_frame(self, frame: Any, direction: Any) -> None:
        """Each frame that comes down."""
        await super().process_frame(frame, direction)
        if isinstance(frame, UserImageRawFrame) and frame.request is not None:
            await asyncio.to_thread(_jpeg, frame)
        await self.push_frame(frame, direction)

    async def request(self) -> None:
        """One picture, please."""
        await self.push_frame(UserImageRequestFrame("peer"), FrameDirection.UPSTREAM)


class Bots:
    """One process's calls."""

    def __init__(self, recorder: Recorder, state: str) -> None:
        logger.remove()
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()
        recv = small.SmallWebRTCTrack.recv

        async def recorded(track: Any) -> Any:
            frame = await recv(track)
            if frame is not None and track.kind == "video":
                recorder.on_frame(id(track), frame.pts)
            return frame

        setattr(small.SmallWebRTCTrack, "recv", recorded)  # noqa: B010

    def app(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application()
        app.router.add_post("/offer", self._offer)
        return app

    async def _offer(self, request: web.Request) -> web.Response:
        offer = await request.json()
        connection = small.SmallWebRTCConnection()
        await connection.initialize(sdp=offer["sdp"], type=offer["type"])
        self._tasks.add(asyncio.create_task(self._run(connection)))
        answer = connection.get_answer()
        return web.json_response({"sdp": answer["sdp"], "type": answer["type"]})

    async def _run(self, connection: Any) -> None:
        transport = SmallWebRTCTransport(connection, TransportParams(video_in_enabled=True))
        pictures, state = Pictures(), self._state

        @transport.event_handler("on_client_connected")  # type: ignore[untyped-decorator]
        async def _connected(transport: Any, client: Any) -> None:
            how: dict[str, Any] = {"on_request_only": True}
            if state == "sampler":
                how = {"framerate": 1}
            await transport.capture_participant_video(connection.pc_id, **how)
            if state == "asked":
                self._tasks.add(asyncio.create_task(_ask(pictures)))

        worker = PipelineWorker(
            Pipeline([transport.input(), pictures]), idle_timeout_secs=None, enable_rtvi=False
        )
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        await runner.run()


async def _ask(pictures: Pictures) -> None:
    await asyncio.sleep(random.uniform(0, ASK_EVERY_S))
    while True:
        await pictures.request()
        await asyncio.sleep(ASK_EVERY_S)


def _jpeg(frame: Any) -> bytes:
    width, height = frame.size
    rgb = np.frombuffer(frame.image, np.uint8).reshape(height, width, 3)
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1])
