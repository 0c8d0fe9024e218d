"""The page packs while a steer says so: real encoders, a plain far end, and the gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page

from artic_codecs.layout import Size
from artic_codecs.pack import size_of
from articgw.protocol import Stats, Steer, SteerAck, SteerRegion
from tests.codecs.test_layout_mark import luma
from tests.helpers.browser import chromium, open_page, write_y4m
from tests.integration.receiver import LIMIT_S, Receiver, receiver
from tests.integration.test_page import conducted

pytestmark = pytest.mark.integration

Pixels = NDArray[np.uint8]
SIZE_PX = (1280, 720)
SIGN_PX = (800, 400, 960, 450)
WHOLE: tuple[str, ...] = ("cap", "fps", "size", "pause")
PACKED = (*WHOLE, "regions-packed")
"""What is in force."""
OPEN = """async (from) => {
  const { Call } = await import(`${from}/client.js`);
  const [width, height] = [1280, 720];
  const camera = await navigator.mediaDevices.getUserMedia({ video: { width, height } });
  document.getElementById("live").srcObject = camera;
  window.heard = [];
  window.call = new Call({ camera, iceServers: [] });
  window.call.addEventListener("steer", ({ detail }) => window.heard.push(detail));
  await window.call.connect();
}"""
"""A call to the far end at this address."""
PREVIEW = "() => [live.videoWidth, live.videoHeight]"


def view() -> Pixels:
    """A sign on a textured wall, I420; it stands still."""
    rng = np.random.default_rng(4)
    fine = cv2.GaussianBlur(rng.integers(40, 216, (720, 1280, 3), dtype=np.uint8), (0, 0), 3)
    wall = np.asarray(fine, np.uint8)
    x0, y0, x1, y1 = SIGN_PX
    cv2.rectangle(wall, (x0, y0), (x1, y1), (230, 230, 225), -1)
    place = (x0 + 12, y0 + 36)
    cv2.putText(wall, "EXIT 4B", place, cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 60), 2)
    return np.asarray(cv2.cvtColor(wall, cv2.COLOR_RGB2YUV_I420), np.uint8)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("camera") / "camera.y4m"
    write_y4m(file, SIZE_PX, 15, [view()] * 4)
    return file


def sign(ttl_s: float = 60.0, box: tuple[float, float, float, float] | None = None) -> SteerRegion:
    width, height = SIZE_PX
    x0, y0, x1, y1 = SIGN_PX
    there = (x0 / width, y0 / height, x1 / width, y1 / height)
    return SteerRegion(box=box or there, priority=1.0, ttl_s=ttl_s)


@asynccontextmanager
async def sending(
    camera: Path,
    codec: Literal["VP8", "H264"] = "VP8",
    *,
    host: str = "127.0.0.1",
    before: str = "",
    slow_ms: float = 0.0,
) -> AsyncIterator[tuple[Page, Receiver, list[str]]]:
    """A call whose first whole pictures have come. ``before`` runs ahead of the page."""
    async with receiver(codec, slow_ms) as far, chromium(camera) as browser:
        page, errors = await open_page(browser, "about:blank")
        await page.add_init_script(before)
        await page.goto(far.url.replace("127.0.0.1", host))
        await page.evaluate(OPEN, far.url)
        await far.until(lambda: shows(far, packed=False))
        yield page, far, errors


def shows(far: Receiver, *, packed: bool) -> bool:
    """Are the newest pictures all of that kind?"""
    newest = list(far.pictures)[-3:]
    kinds = [each is not None and (each.layout is not None) is packed for each in newest]
    return len(newest) == 3 and all(kinds)


def newest_sizes(far: Receiver) -> set[Size]:
    return {size_of(each.detail) for each in list(far.pictures)[-3:] if each is not None}


def psnr_db(a: Pixels, b: Pixels) -> float:
    return float(cv2.PSNR(np.ascontiguousarray(a), np.ascontiguousarray(b)))


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_packed_steer_brings_the_region_as_it_is_and_the_scene_small(
    camera: Path, codec: Literal["VP8", "H264"]
) -> None:
    async with sending(camera, codec) as (page, far, errors):
        assert far.hello.can == (*PACKED, "still", "status", "objects")
        assert newest_sizes(far) == {SIZE_PX}

        seq = far.steer(sign(), how="packed", size_px=(640, 360))
        await far.until(lambda: shows(far, packed=True))
        assert (far.ack.seq, far.ack.applied) == (seq, PACKED)
        newest = far.pictures[-1]
        assert newest is not None and newest.layout is not None
        layout = newest.layout
        assert layout.camera_px == SIZE_PX
        x0, y0, x1, y1 = SIGN_PX
        window = layout.window
        assert window.x0 < x0 < x1 < window.x1 and window.y0 < y0 < y1 < window.y1
        await far.until(lambda: sharp(far))
        scene = cv2.resize(luma(view()), (320, 180), interpolation=cv2.INTER_AREA)
        assert psnr_db(luma(newest.scene), np.asarray(scene, np.uint8)) > 24

        await far.until(lambda: sent_px(far) == layout.packed_px)
        assert await page.evaluate(PREVIEW) == list(SIZE_PX)

        seq = far.steer(how="whole")
        await far.until(lambda: shows(far, packed=False) and newest_sizes(far) == {SIZE_PX})
        assert (far.ack.seq, far.ack.applied) == (seq, WHOLE)
        assert None not in far.pictures
        assert errors == []


def sharp(far: Receiver) -> bool:
    """Is the sign in the newest picture as the camera took it?"""
    newest = far.pictures[-1]
    if newest is None or newest.layout is None:
        return False
    (x0, y0, x1, y1), window = SIGN_PX, newest.layout.window
    own = luma(view())[y0:y1, x0:x1]
    came = luma(newest.detail)[y0 - window.y0 : y1 - window.y0, x0 - window.x0 : x1 - window.x0]
    return psnr_db(came, own) > 27


def sent_px(far: Receiver) -> Any:
    """What the page says of its own sending."""
    stats = [message for message in far.heard if isinstance(message, Stats)]
    return stats[-1].size_px if stats else None


KEEP_SENDER = """
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (...given) {
    const made = add.apply(this, given);
    window.sender = made.sender;
    return made;
  };
"""
HINT = "() => window.sender.track.contentHint"


@pytest.mark.parametrize(("codec", "packed"), [("VP8", "detail"), ("H264", "")])
async def test_h264_is_not_told_that_a_packed_picture_is_a_screen(
    camera: Path, codec: Literal["VP8", "H264"], packed: str
) -> None:
    async with sending(camera, codec, before=KEEP_SENDER) as (page, far, errors):
        assert await page.evaluate(HINT) == "detail"
        far.steer(sign(), how="packed")
        await far.until(lambda: shows(far, packed=True) and far.ack.applied == PACKED)
        assert await page.evaluate(HINT) == packed
        far.steer(how="whole")
        await far.until(lambda: shows(far, packed=False) and far.ack.applied == WHOLE)
        assert await page.evaluate(HINT) == "detail"
        assert errors == []


LIVES = [(1.0, 60.0), (60.0, 1.0)]
"""Of the steer and of its region, s."""


@pytest.mark.parametrize(("steer_s", "region_s"), LIVES, ids=["steer", "region"])
async def test_packing_ends_when_nothing_renews_it(
    camera: Path, steer_s: float, region_s: float
) -> None:
    async with sending(camera, host="localhost") as (_, far, errors):
        far.steer(sign(region_s), how="packed", ttl_s=steer_s, fps=10)
        await far.until(lambda: shows(far, packed=True))
        await far.until(lambda: shows(far, packed=False))
        if steer_s > region_s:
            assert far.ack.applied == WHOLE
        assert errors == []


async def test_another_window_does_not_wait_until_a_frame_is_due(camera: Path) -> None:
    async with sending(camera) as (_, far, errors):
        far.steer(how="whole", fps=0.05)
        started = time.monotonic()
        for place in (sign(), sign(box=(0.1, 0.1, 0.2, 0.15)), sign(), sign()):
            seq = far.steer(place, how="packed", fps=0.05)
            await far.until(lambda: (far.ack.seq, far.ack.applied) == (seq, PACKED))  # noqa: B023
            count = far.count
            await asyncio.sleep(0.5)
        assert any(each is not None and each.layout is not None for each in far.pictures)
        assert far.count <= count + 1
        assert time.monotonic() - started < 15
        assert errors == []


NOT_PACKED = [
    ("qp is not what this sender can", "qp", (sign(),)),
    ("whole is said", "whole", (sign(),)),
    ("no region", "packed", ()),
    ("dead", "packed", (sign(ttl_s=0.0),)),
    ("as large as the frame", "packed", (sign(box=(0.0, 0.0, 1.0, 1.0)),)),
    ("outside", "packed", (sign(box=(1.5, 1.5, 2.0, 2.0)),)),
]


async def test_whole_frames_go_out_where_there_is_nothing_to_pack(camera: Path) -> None:
    async with sending(camera) as (page, far, errors):
        for name, how, regions in NOT_PACKED:
            seq = far.steer(*regions, how=how, fps=10)  # type: ignore[arg-type]
            count = far.count
            await far.until(lambda: far.count > count + 3 and far.ack.seq == seq)  # noqa: B023
            assert shows(far, packed=False), name
            assert far.ack.applied == WHOLE, name
        crowd = [sign(box=(n / 300, 0.4, n / 300 + 0.02, 0.42)) for n in range(100)]
        far.steer(*crowd, how="packed", fps=10)
        await far.until(lambda: shows(far, packed=True))
        assert await page.evaluate("() => window.heard.at(-1).applied") == list(PACKED)
        assert errors == []


async def test_a_machine_that_is_too_slow_sends_whole_frames_and_says_so(camera: Path) -> None:
    async with sending(camera, slow_ms=120) as (_, far, errors):
        far.steer(sign(), how="packed", fps=15)
        await far.until(lambda: shows(far, packed=True))
        assert far.ack.applied == PACKED
        await far.until(lambda: shows(far, packed=False))
        assert far.ack.applied == WHOLE
        assert len([m for m in far.heard if isinstance(m, SteerAck)]) <= 3
        assert errors == []


async def test_a_browser_without_a_valve_does_not_say_that_it_packs(camera: Path) -> None:
    gone = "delete window.MediaStreamTrackProcessor"
    async with sending(camera, before=gone) as (_, far, errors):
        assert far.hello.can == ("cap", "size", "pause", "status", "objects")
        seq = far.steer(sign(), how="packed")
        await far.until(lambda: far.ack.seq == seq)
        assert shows(far, packed=False)
        assert errors == []


async def test_the_gateway_gets_pictures_of_the_cameras_size(
    camera: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with conducted(camera, monkeypatch) as (_, call, errors):
        call.peer.unpacks = True
        steer = Steer(
            seq=100,
            cap_bps=400_000,
            fps=10,
            size_px=None,
            pause=False,
            how="packed",
            regions=(sign(),),
            ttl_s=60,
            why="asked",
        )
        call.peer.send(steer)
        newest = None
        async with asyncio.timeout(LIMIT_S):
            while newest is None or newest.window is None:
                await asyncio.sleep(0.02)
                newest = await call.peer.slot.current()
            while not call.of(SteerAck):
                await asyncio.sleep(0.02)
        assert newest.size_px == SIZE_PX
        box, window = sign().box, newest.window
        assert window[0] < box[0] < box[2] < window[2] and window[1] < box[1] < box[3] < window[3]
        assert call.of(SteerAck)[-1].applied == PACKED
        assert errors == []
