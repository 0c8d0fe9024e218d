"""Our own sender and a real gateway: it asks, obeys, and sends a fresh frame with a question."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
import pytest

from artic_codecs.steer import SteerWhy
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.client import Call, CallLost, CallRefused, ClipSource, DrawnSource, QuestionFailed
from articgw.client.look_quality import RegionQuality
from articgw.config import Config
from articgw.protocol import (
    CAN,
    GatewayMessage,
    Heard,
    Hello,
    MessageError,
    Stats,
    Steer,
    SteerAck,
    SteerRegion,
)
from articgw.webrtc_peer import WebRtcPeer
from tests.helpers.gateway import gateway
from tests.integration.caller import TIMEOUT_S, sessions_end

pytestmark = pytest.mark.integration

FPS = 15
CLIP_S = 2


class TestedPeer(WebRtcPeer):
    """A gateway's peer that steers only as the test says."""

    newest: TestedPeer
    __test__ = False

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.heard: list[Heard | MessageError] = []
        self._steers = 0
        TestedPeer.newest = self

    def send(self, message: GatewayMessage) -> None:
        if not isinstance(message, Steer):
            super().send(message)

    def limit(self, cap_bps: int, *, least_bps: int = 0) -> None:
        """No REMB: the data channel alone is tested."""

    async def messages(self) -> AsyncGenerator[Heard | MessageError]:
        async for message in super().messages():
            self.heard.append(message)
            yield message

    def steer(
        self,
        cap_bps: int,
        fps: float,
        size_px: tuple[int, int] | None = None,
        ttl_s: float = 60.0,
        regions: tuple[SteerRegion, ...] = (),
        how: Literal["whole", "qp", "packed"] = "whole",
    ) -> None:
        self._steers += 1
        steer = Steer(
            seq=self._steers, cap_bps=cap_bps, fps=fps, size_px=size_px, pause=False, how=how,
            regions=regions, ttl_s=ttl_s, why=SteerWhy.IDLE if fps <= 1.0 else SteerWhy.ASKED,
        )  # fmt: skip
        super().send(steer)

    async def receives(self, count: int = 1) -> float:
        """Seconds until ``count`` more frames have come."""
        start_t, before = time.monotonic(), self.slot.received
        async with asyncio.timeout(TIMEOUT_S):
            while self.slot.received < before + count:
                await asyncio.sleep(0.001)
            took_s = time.monotonic() - start_t
            await self.slot.current()
        return took_s


@pytest.fixture(autouse=True)
def tested_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articgw.calls.WebRtcPeer", TestedPeer)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hand-held look at a wall of words, cheap to decode."""
    path = tmp_path_factory.mktemp("client") / "wall.mp4"
    rng = np.random.default_rng(3)
    wall = cv2.resize(rng.integers(40, 215, (120, 214, 3), np.uint8), (1280, 720))
    for _ in range(80):
        at = (int(rng.integers(1280)), int(rng.integers(720)))
        cv2.putText(wall, "EXIT 42", at, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=30, options={"qscale": "4"})
        stream.width, stream.height, stream.bit_rate = 640, 360, 8_000_000
        for n in range(30 * CLIP_S):
            phase = 2 * np.pi * n / 30 / CLIP_S
            x, y = int(300 + 60 * np.sin(phase)), int(170 + 30 * np.cos(phase))
            view = np.ascontiguousarray(wall[y : y + 360, x : x + 640], np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(view, format="bgr24")))
        container.mux(stream.encode())
    return path


@asynccontextmanager
async def calling(clip: Path, **more: Any) -> AsyncGenerator[tuple[Call, TestedPeer]]:
    async with gateway() as url, Call(url, ClipSource(clip), **more) as call:
        yield call, TestedPeer.newest


async def rate_and_fps(call: Call, seconds: float) -> tuple[float, float]:
    """Of the sender, measured by itself: bits/s on the wire, frames/s."""
    sent, start_t = call.sent, time.monotonic()
    frames, wire_bytes = sent.frames, sent.wire_bytes
    await asyncio.sleep(seconds)
    took_s = time.monotonic() - start_t
    return 8 * (sent.wire_bytes - wire_bytes) / took_s, (sent.frames - frames) / took_s


async def test_it_asks_and_is_answered_in_whole_and_in_pieces(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        answer = await call.ask("what is there?")
        assert answer.text.startswith("You asked: what is there?")
        assert answer.done.frame_size_px == (640, 360) and answer.first_text_s is not None
        pieces = call.stream("and now?")
        assert "".join([piece async for piece in pieces]).strip() == pieces.answer.text  # type: ignore[union-attr]
        assert call.ready is not None and call.ready.session == call.session


async def test_cap_frame_rate_and_size_are_obeyed(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        for cap_bps in (300_000, 120_000):
            peer.steer(cap_bps, FPS)
            await asyncio.sleep(1.0)
            bps, fps = await rate_and_fps(call, 1.6)
            assert bps == pytest.approx(cap_bps, rel=0.15)
            assert fps == pytest.approx(FPS, rel=0.25)
        peer.steer(100_000, 1.0)
        await asyncio.sleep(0.2)
        bps, fps = await rate_and_fps(call, 2.5)
        assert fps == pytest.approx(1.0, abs=0.4) and bps < 1.4 * 100_000
        peer.steer(300_000, 10.0, (320, 320))
        assert await peer.receives(3) < 1.0
        assert call.sent.size_px == (320, 180)
        assert peer.slot.newest is not None and peer.slot.newest.size_px == (640, 360)
        acks = [m for m in peer.heard if isinstance(m, SteerAck)]
        assert [m.seq for m in acks] == [1, 2, 3, 4]
        assert acks[0].applied == ("cap", "size", "fps", "pause")


def is_sharp(region: RegionQuality | None) -> bool:
    """As no region is at this rate that has not had its steps of improvement."""
    return region is not None and (region.psnr_db or 0) > 24 and region.qp < 34


async def test_regions_are_sharper_until_they_expire(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        peer.steer(100_000, 10.0)
        await peer.receives(5)
        assert call.sent.region is None
        keyframes = call.sent.keyframes
        sign = SteerRegion(box=(0.4, 0.4, 0.6, 0.6), priority=1.0, ttl_s=1.5)
        peer.steer(100_000, 10.0, regions=(sign,), how="qp")
        async with asyncio.timeout(sign.ttl_s):
            while not is_sharp(call.sent.region):
                await peer.receives()
        assert call.sent.keyframes == keyframes
        await asyncio.sleep(1.5)
        expired = call.sent.region
        await peer.receives(3)
        assert call.sent.region is expired


async def test_packed_pictures_come_while_the_region_lives(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        hello = peer.heard[0]
        assert isinstance(hello, Hello) and set(hello.can) == set(CAN) - {"objects"}
        peer.steer(60_000, 10.0)
        await peer.receives(3)
        sign = SteerRegion(box=(0.45, 0.45, 0.55, 0.55), priority=1.0, ttl_s=2.5)
        peer.steer(60_000, 10.0, regions=(sign,), how="packed")
        await asyncio.sleep(0.3)
        sizes_px = set()
        for _ in range(8):
            await peer.receives()
            sizes_px.add(call.sent.size_px)
        assert sizes_px == {(320, 372)}
        async with asyncio.timeout(TIMEOUT_S):
            while not any(isinstance(m, Stats) and m.region_db for m in peer.heard):
                await asyncio.sleep(0.05)
        await asyncio.sleep(2.5)
        await peer.receives()
        assert call.sent.size_px == (640, 360)
        acks = [m for m in peer.heard if isinstance(m, SteerAck)]
        assert "regions-packed" in acks[1].applied and "regions-qp" not in acks[1].applied


async def test_a_fresh_frame_comes_with_a_question_while_idle(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        waits_s = []
        for _ in range(3):
            peer.steer(100_000, 1.0)
            await peer.receives(2)
            await asyncio.sleep(0.2)
            fresh = asyncio.create_task(peer.receives())
            await asyncio.sleep(0)
            answer = await call.ask("now?")
            waits_s.append(await fresh)
            assert answer.text
        assert sorted(waits_s)[1] < 0.15


async def test_typing_raises_the_camera_before_the_gateway_says_so(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        peer.steer(400_000, FPS)
        await peer.receives(2)
        peer.steer(100_000, 1.0)
        await peer.receives(2)
        call.typing()
        call.typing()
        assert call.orders.fps == FPS and call.orders.cap_bps == 400_000
        assert await peer.receives(4) < 1.0
        assert sum(type(m).__name__ == "Typing" for m in peer.heard) == 1


async def test_a_steer_that_is_not_renewed_lapses(clip: Path) -> None:
    async with calling(clip) as (call, peer):
        peer.steer(100_000, 1.0, ttl_s=0.5)
        await asyncio.sleep(0.9)
        assert call.orders.why == "own ways"
        assert await peer.receives(5) < 1.5


async def test_who_does_not_obey_is_not_steered(clip: Path) -> None:
    async with calling(clip, obey=False) as (call, peer):
        peer.steer(100_000, 1.0)
        await asyncio.sleep(0.2)
        assert call.orders.why == "own ways"
        assert not any(isinstance(m, SteerAck) for m in peer.heard)


async def test_a_question_that_fails_is_raised_with_its_code(clip: Path) -> None:
    backend = ScriptedBackend([Turn("first")])
    async with gateway(backend) as url, Call(url, ClipSource(clip)) as call:
        assert (await call.ask("one?")).text == "first"
        with pytest.raises(QuestionFailed) as caught:
            await call.ask("two?")
        assert caught.value.code == "backend_refused"
        with pytest.raises(QuestionFailed) as caught:
            await call.ask(" ")
        assert caught.value.code == "empty_question"


async def test_the_wrong_token_and_a_dead_gateway_are_told_apart(clip: Path) -> None:
    async with gateway(config=Config(token="t" * 32)) as url:
        with pytest.raises(CallRefused) as refused:
            async with Call(url, ClipSource(clip), token="no"):
                pass
        assert (refused.value.status, refused.value.code) == (401, "unauthorized")
        async with Call(url, ClipSource(clip), token="t" * 32) as call:
            assert call.session
        await sessions_end(url)
    with pytest.raises(CallLost, match="no gateway answers"):
        async with Call(url, ClipSource(clip)):
            pass


async def test_an_open_question_ends_with_the_call(clip: Path) -> None:
    never = ScriptedBackend([Turn("too late", gate=asyncio.Event())])
    async with gateway(never) as url:
        async with Call(url, ClipSource(clip)) as call:
            asking = asyncio.create_task(call.ask("what?"))
            await never.asked(1)
        with pytest.raises(CallLost):
            await asking
        with pytest.raises(CallLost):
            call.stream("still there?")


async def test_a_camera_that_ends_is_an_error_of_the_next_question() -> None:
    def draw(number: int) -> av.VideoFrame | None:
        return av.VideoFrame(320, 240, "yuv420p") if number < 20 else None

    config = Config(stale_frame_s=0.5)
    async with gateway(config=config) as url, Call(url, DrawnSource(draw)) as call:
        await asyncio.sleep(1.5)
        with pytest.raises(QuestionFailed) as caught:
            await call.ask("what?")
        assert caught.value.code == "camera_stopped"
