"""A small text that is not read at a low cap is read from one still, and the cap stays.

The embedded reader, a drawn scene that moves, and a session that has learned from easy questions to
ask for little. What a raised stream costs more is taken from a call whose client gives no stills:
for the same question, asked up to three times, and most often not even read then. A browser's
encoder makes no two calls alike: there it is what the same look would have raised the stream by.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from artic_abr import LookQuality, LookSource, Readability, ReadabilitySource
from articgw.backends.embedded.backend import EmbeddedBackend
from articgw.client import Call, DrawnSource
from articgw.look_need import LookNeed
from articgw.models import default_models_dir
from articgw.protocol import GatewayMessage, Stats, Steer, StillRequest
from articgw.still_parts import StillPart
from articgw.stills import StillChoice, weigh
from tests.helpers.browser import chromium, open_page, write_y4m
from tests.helpers.gateway import gateway
from tests.integration.caller import TIMEOUT_S

pytestmark = pytest.mark.integration

Pixels = NDArray[np.uint8]
FPS = 15
LOOP = 45
WORDS, QUESTION = "PLATFORM 7", "What does the red sign say?"
EASY = Readability(
    1.0, ReadabilitySource.RECOGNITION, "easy", 0.0, 0.0, LookQuality(36.0, LookSource.QP)
)
RAISED_FOR_S, MOST_RAISES = 5.3, 3


class Easy(LookNeed):
    """All of this session's questions so far were read at a low rate."""

    def __init__(self) -> None:
        super().__init__()
        for _ in range(60):
            self.on_turn(now=0.0)
            for _ in range(4):
                self.on_readability(EASY, at_bps=300_000, now=0.0)
        self.on_turn(now=0.0)


def wall(height_px: int) -> Pixels:
    """A busy wall with a red sign on it, BGR, larger than the camera's view."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(60, 190, (450, 800, 3), np.uint8)
    made = np.asarray(cv2.resize(coarse, (1600, 900)), np.uint8)
    x, y = 700, 400
    cv2.rectangle(made, (x, y), (x + 260, y + 90), (30, 30, 170), -1)
    font, white = cv2.FONT_HERSHEY_DUPLEX, (250, 250, 250)
    cv2.putText(made, WORDS, (x + 20, y + 55), font, height_px / 22, white, 1, cv2.LINE_AA)
    return made


WALL = wall(10)


def view(n: int) -> Pixels:
    """The camera's frame, hand-held: BGR; the same again after `LOOP`."""
    turn = 2 * np.pi * n / LOOP
    x, y = int(160 + 30 * np.sin(turn)), int(90 + 18 * np.cos(2 * turn))
    return np.ascontiguousarray(WALL[y : y + 720, x : x + 1280], np.uint8)


def draw(n: int) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(view(n), format="bgr24").reformat(format="yuv420p")


class Sees:
    """What the gateway said to its newest caller, and what that told of itself."""

    heard: list[GatewayMessage]
    stats: list[Stats]
    still_bytes: int
    raised: list[tuple[float, float]]
    """Of each look that could not be read: the cap, and what it would be raised to; bit/s."""


@pytest.fixture(autouse=True)
def sees(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sees]:
    """Sessions are as above, and are listened to."""
    seen = Sees()
    seen.heard, seen.stats, seen.still_bytes, seen.raised = [], [], 0, []
    from articgw.webrtc_peer import WebRtcPeer

    class Listening(WebRtcPeer):
        def send(self, message: GatewayMessage) -> None:
            seen.heard.append(message)
            super().send(message)

        async def messages(self) -> AsyncIterator[Any]:
            async for message in super().messages():
                if isinstance(message, Stats):
                    seen.stats.append(message)
                if isinstance(message, StillPart):
                    seen.still_bytes += len(message.data)
                yield message

    def noted(pixels: int, **costs: float) -> StillChoice:
        raised_bps = min(costs["raised_bps"], costs["estimate_bps"])
        seen.raised.append((costs["cap_bps"], raised_bps))
        return weigh(pixels, **costs)

    monkeypatch.setattr("articgw.calls.WebRtcPeer", Listening)
    monkeypatch.setattr("articgw.steering.weigh", noted)
    monkeypatch.setattr("articgw.steering.LookNeed", Easy)
    yield seen


@asynccontextmanager
async def reading() -> AsyncIterator[str]:
    async with gateway(EmbeddedBackend(default_models_dir())) as url:
        yield url


def caps_bps(heard: list[GatewayMessage]) -> set[int]:
    return {message.cap_bps for message in heard if isinstance(message, Steer)}


def stills(heard: list[GatewayMessage]) -> list[StillRequest]:
    return [message for message in heard if isinstance(message, StillRequest)]


async def test_our_client_gives_one_and_the_cap_stays(sees: Sees) -> None:
    async with reading() as url, Call(url, DrawnSource(draw, FPS)) as call:
        await settled(call)
        cap_bps = call.orders.cap_bps
        assert cap_bps is not None and cap_bps < 300_000
        answer = await call.ask(QUESTION)
        await asyncio.sleep(1.0)
        assert call.orders.cap_bps == cap_bps
        still_bytes = call.still_bytes
    assert WORDS in answer.text
    assert answer.done.readability.value is not None and answer.done.readability.value > 0.5
    assert len(stills(sees.heard)) == 1
    assert 0 < still_bytes < await raising_bytes(sees, cap_bps)


class GivesNone(Call):
    """A client without stills."""

    def _can(self) -> tuple[str, ...]:
        return tuple(cap for cap in super()._can() if cap != "still")


async def raising_bytes(sees: Sees, cap_bps: float) -> float:
    """What it costs to raise the stream instead, until the same question is read; B, of the cap."""
    sees.heard.clear()
    spent = 0.0
    async with reading() as url, GivesNone(url, DrawnSource(draw, FPS)) as call:
        await settled(call)
        for _ in range(MOST_RAISES):
            answer = await call.ask(QUESTION)
            if WORDS in answer.text:
                break
            await asyncio.sleep(1.0)
            assert call.orders.cap_bps is not None
            spent += (call.orders.cap_bps - cap_bps) * RAISED_FOR_S / 8
    assert not stills(sees.heard)
    return spent


async def settled(call: Call) -> None:
    """Until the first steer holds, and the picture is what it buys."""
    async with asyncio.timeout(TIMEOUT_S):
        while call.orders.why == "own ways":
            await asyncio.sleep(0.05)
    await asyncio.sleep(2.0)


OPEN = """async (from) => {
  const { Call } = await import(`${from}/client.js`);
  const [width, height] = [1280, 720];
  const camera = await navigator.mediaDevices.getUserMedia({ video: { width, height } });
  window.call = await Call.open({ camera, iceServers: [] });
}"""
ASK = """async (text) => (await window.call.ask(text).whole)"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scene as a camera for Chromium."""
    file = tmp_path_factory.mktemp("stills") / "camera.y4m"
    frames = (np.asarray(draw(n).to_ndarray(), np.uint8) for n in range(LOOP))
    write_y4m(file, (1280, 720), FPS, frames)
    return file


async def test_chromium_gives_one_and_the_cap_stays(sees: Sees, film: Path) -> None:
    async with reading() as url, chromium(film) as browser:
        page, errors = await open_page(browser, url)
        await page.evaluate(OPEN, url)
        await asyncio.sleep(2.0)
        done = await page.evaluate(ASK, QUESTION)
        await asyncio.sleep(0.5)
    assert WORDS in done["text"]
    assert len(stills(sees.heard)) == 1
    assert len(caps_bps(sees.heard)) == 1 and max(caps_bps(sees.heard)) < 300_000
    (cap_bps, raised_bps), *_ = sees.raised
    assert 0 < sees.still_bytes < (raised_bps - cap_bps) * RAISED_FOR_S / 8
    assert not errors
