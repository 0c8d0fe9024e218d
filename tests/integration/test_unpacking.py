"""A real sender that packs: what is looked at is the camera's picture, sharp in its window."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from fractions import Fraction

import aiohttp
import av
import cv2
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCRtpSender
from aiortc.mediastreams import MediaStreamError
from numpy.typing import NDArray

from artic_codecs import Box
from artic_codecs.grid import pixels_of
from artic_codecs.layout import ALL_PACKED_PX
from artic_codecs.layout_mark import GREY
from artic_codecs.pack import Packer
from articgw.backends import LookedAt, Prompt
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.frame import Frame
from articgw.protocol import AnswerDone, Ask, ClientMessage, Hello
from tests.helpers.gateway import gateway
from tests.integration.caller import TIMEOUT_S, Caller, frames_arrive

pytestmark = pytest.mark.integration

Pixels = NDArray[np.uint8]
SIGN: Box = (0.55, 0.3, 0.7, 0.4)
LYING_PX, STANDING_PX = (1280, 720), (720, 1280)
SETTLES_S = 1.0
"""A coder of a constant rate needs a few frames after a change of size."""


def scene(size_px: tuple[int, int]) -> Pixels:
    """A wall, words all over it, and a red sign; I420."""
    width, height = size_px
    wall = np.full((height, width, 3), 110, np.uint8)
    for line, y in enumerate(range(40, height, 60)):
        cv2.putText(wall, "EXIT 42 GATE B7 " * 5, (12 * line, y), 0, 0.7, (235, 235, 235), 2)
    x0, y0, x1, y1 = pixels_of(SIGN, size_px)
    wall[y0:y1, x0:x1] = (40, 40, 200)
    cv2.putText(wall, "PUSH", (x0 + 8, y1 - 20), 0, 1.0, (235, 235, 235), 2)
    return np.asarray(cv2.cvtColor(wall, cv2.COLOR_BGR2YUV_I420), np.uint8)


class PackingCamera(MediaStreamTrack):
    """15 fps; a bar moves at the left edge, far from the sign."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.source = scene(LYING_PX)
        self.regions: tuple[Box, ...] = ()
        self.breaks_marks = False
        self._packer = Packer()
        self._number = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / 15)
        if self.readyState != "live":
            raise MediaStreamError
        yuv = self.source.copy()
        yuv[(self._number * 8) % 600 :][:40, :60] = 200
        packed, _ = self._packer.pack(yuv, [(box, 1.0) for box in self.regions])
        if self.breaks_marks:
            packed[:16, 160:200] = GREY
        frame = av.VideoFrame.from_ndarray(packed, format="yuv420p")
        frame.pts, frame.time_base = int(time.monotonic() * 90_000), Fraction(1, 90_000)
        self._number += 1
        return frame


class PackingCaller(Caller):
    """Says that it packs, or not, and packs."""

    def __init__(self, url: str, codec: str, can: tuple[str, ...]) -> None:
        super().__init__(url, camera=False)
        self.packing = PackingCamera()
        self._can = can
        self._asked = 0
        video = self.connection.addTransceiver(self.packing, "sendonly")
        known = RTCRtpSender.getCapabilities("video").codecs
        video.setCodecPreferences([one for one in known if one.mimeType == f"video/{codec}"])

    def say(self, message: ClientMessage | str | bytes) -> None:
        super().say(Hello(can=self._can) if isinstance(message, Hello) else message)

    async def ask(self) -> AnswerDone:
        self._asked += 1
        self.say(Ask(id=f"q{self._asked}", text="What does the sign say?"))
        return await self.hears(AnswerDone)

    async def hang_up(self) -> None:
        self.packing.stop()
        await super().hang_up()


@asynccontextmanager
async def packing(
    codec: str = "VP8", can: tuple[str, ...] = ("regions-packed",)
) -> AsyncGenerator[tuple[PackingCaller, ScriptedBackend]]:
    def looks_at_the_sign(prompt: Prompt) -> Turn:
        return Turn("PUSH", regions=(LookedAt(SIGN, "PUSH"),), readability=1.0)

    backend = ScriptedBackend(looks_at_the_sign)
    async with gateway(backend) as url:
        caller = PackingCaller(url, codec, can)
        try:
            await caller.call()
            await frames_arrive(url, 2)
            yield caller, backend
        finally:
            await caller.hang_up()


async def asked(
    caller: PackingCaller, backend: ScriptedBackend, size_px: tuple[int, int], *, packed: bool
) -> tuple[Frame, AnswerDone]:
    """A question about the first frame that is of such a kind, once the coder has settled."""
    settled = False
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            done = await caller.ask()
            look = backend.prompts[-1].frame
            if look.size_px == size_px and (look.window is not None) == packed:
                if settled:
                    return look, done
                settled = True
                await asyncio.sleep(SETTLES_S)
            await frames_arrive(caller.url)


def psnr_db(shown: Pixels, sent: Pixels) -> float:
    apart = shown.astype(float) - sent
    return float(10 * np.log10(255**2 / max(float(np.mean(apart**2)), 1e-9)))


def blurred(luma: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), 6), np.uint8)


def inside(pixels: Pixels, box: Box | None, size_px: tuple[int, int]) -> Pixels:
    assert box is not None
    x0, y0, x1, y1 = pixels_of(box, size_px)
    return pixels[y0:y1, x0:x1]


async def as_jpeg(caller: PackingCaller, done: AnswerDone) -> Pixels:
    """What the person is shown as the frame of the answer, BGR."""
    async with aiohttp.ClientSession() as http, http.get(caller.url + done.frame_url) as response:
        response.raise_for_status()
        file = np.frombuffer(await response.read(), np.uint8)
    picture = cv2.imdecode(file, cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_packed_look_is_the_cameras_picture_with_a_sharp_window(codec: str) -> None:
    async with packing(codec) as (caller, backend):
        whole, _ = await asked(caller, backend, LYING_PX, packed=False)
        caller.packing.regions = (SIGN,)
        look, done = await asked(caller, backend, LYING_PX, packed=True)
        source, height = caller.packing.source, LYING_PX[1]
        window = look.window
        assert window is not None and window[0] <= SIGN[0] and window[1] <= SIGN[1]
        assert SIGN[2] <= window[2] and SIGN[3] <= window[3]
        luma, sent = look.yuv()[:height], source[:height]
        assert psnr_db(inside(luma, window, LYING_PX), inside(sent, window, LYING_PX)) > 30
        assert psnr_db(luma, sent) < psnr_db(whole.yuv()[:height], sent)
        assert psnr_db(blurred(luma)[:, 80:], blurred(sent)[:, 80:]) > 30
        assert done.frame_size_px == LYING_PX and done.regions[0].box == pytest.approx(SIGN)
        shown = await as_jpeg(caller, done)
        bgr = np.asarray(cv2.cvtColor(source, cv2.COLOR_YUV2BGR_I420), np.uint8)
        assert shown.shape == bgr.shape
        assert psnr_db(inside(shown, window, LYING_PX), inside(bgr, window, LYING_PX)) > 27
        red = np.argwhere(inside(shown, window, LYING_PX)[..., 2].astype(int) > 150)
        assert len(red) > 0.5 * inside(bgr, SIGN, LYING_PX)[..., 0].size


async def test_a_phone_is_turned_and_then_nobody_asks_any_more() -> None:
    async with packing() as (caller, backend):
        caller.packing.regions = (SIGN,)
        await asked(caller, backend, LYING_PX, packed=True)
        caller.packing.source = scene(STANDING_PX)
        look, done = await asked(caller, backend, STANDING_PX, packed=True)
        height = STANDING_PX[1]
        seen, sent = (
            inside(yuv[:height], SIGN, STANDING_PX) for yuv in (look.yuv(), caller.packing.source)
        )
        assert psnr_db(seen, sent) > 30 and done.frame_size_px == STANDING_PX
        caller.packing.regions = ()
        look, _ = await asked(caller, backend, STANDING_PX, packed=False)
        assert psnr_db(look.yuv()[:height], caller.packing.source[:height]) > 25


async def test_a_broken_mark_is_not_looked_at_and_a_good_one_is_again() -> None:
    async with packing() as (caller, backend):
        caller.packing.regions = (SIGN,)
        await asked(caller, backend, LYING_PX, packed=True)
        caller.packing.breaks_marks = True
        await asyncio.sleep(SETTLES_S)
        assert backend.expected, "the next question is likely, so frames are looked at"
        newest = backend.expected[-1]
        await frames_arrive(caller.url, 8)
        assert backend.expected[-1] is newest
        caller.packing.breaks_marks = False
        await frames_arrive(caller.url, 3)
        await asked(caller, backend, LYING_PX, packed=True)


async def test_who_did_not_say_that_it_packs_is_taken_at_its_word() -> None:
    async with packing(can=()) as (caller, backend):
        caller.packing.regions = (SIGN,)
        await frames_arrive(caller.url, 15)
        await caller.ask()
        look = backend.prompts[-1].frame
        assert look.window is None and look.size_px in ALL_PACKED_PX
