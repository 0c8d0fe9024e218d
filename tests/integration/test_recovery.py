"""What a call does under trouble: the table of docs/design.md, each row with its time.

The network is the relay's. The far end is an aiortc peer, whose checks do not say USE-CANDIDATE
once it is connected, or a browser, whose checks do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path

import aioice.ice
import av
import cv2
import numpy as np
import psutil
import pytest
from aiortc import MediaStreamTrack, RTCRtpSender
from aiortc.mediastreams import MediaStreamError
from playwright.async_api import expect

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.errors import BackendGarbled
from articgw.protocol import AnswerDone, Ask, Error
from articgw.testing.relay import Relay, relay
from tests.helpers.browser import chromium, open_page, write_y4m
from tests.helpers.gateway import gateway
from tests.integration.caller import Caller, frames_arrive, health

pytestmark = pytest.mark.integration

CUT_S = 5.0
FRAMES_AGAIN_S = 1.5
"""After a link is back: a gap shows, 0.3 s pass, a key frame is asked for and comes."""
FOLLOWED_S = 7.0
"""A peer that does not nominate again: its next consent check (4 to 6 s) and a busy machine."""
FOLLOWED_NOMINATED_S = 4.0
"""A browser's next consent check (2.5 s) and a busy machine."""
FRESH_MS = 1000
"""Not one of before the trouble, which are seconds old; a busy machine adds its own."""
SLEEP_S = 5.0
SIZE_PX = (320, 180)


class LiveCamera(MediaStreamTrack):
    """10 fps, stamped by the clock as a real camera's are; may be covered for a while."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.shows = asyncio.Event()
        self.shows.set()

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.1)
        await self.shows.wait()
        if self.readyState != "live":
            raise MediaStreamError
        ticks = round(time.monotonic() * 90_000)
        rgb = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, np.uint8)
        rgb[:, ticks // 9000 * 8 % 300 :][:, :20] = (200, 60, 30)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts, frame.time_base = ticks, Fraction(1, 90_000)
        return frame


@asynccontextmanager
async def calling(url: str) -> AsyncGenerator[tuple[Caller, LiveCamera]]:
    """A connected caller whose pictures arrive."""
    caller, camera = Caller(url, camera=False), LiveCamera()
    caller.connection.addTrack(camera)
    try:
        await caller.call()
        await frames_arrive(url, 5)
        yield caller, camera
    finally:
        camera.stop()
        camera.shows.set()
        await caller.hang_up()


async def answered(caller: Caller, question_id: str) -> AnswerDone:
    caller.say(Ask(id=question_id, text="what?"))
    return await caller.hears(AnswerDone)


async def frames_again_s(url: str) -> float:
    """How long it takes until two more pictures have come."""
    began_t = time.monotonic()
    await frames_arrive(url, 2)
    return time.monotonic() - began_t


async def test_a_camera_whose_frames_stay_away_is_told_and_answered_when_it_is_back() -> None:
    async with gateway(config=Config(stale_frame_s=0.5)) as url:
        async with calling(url) as (caller, camera):
            camera.shows.clear()
            await asyncio.sleep(1.0)
            caller.say(Ask(id="covered", text="what?"))
            error = await caller.hears(Error)
            assert (error.code, error.id) == ("camera_stopped", "covered")
            camera.shows.set()
            assert await frames_again_s(url) < FRAMES_AGAIN_S
            assert (await answered(caller, "back")).frame_age_ms < FRESH_MS


async def test_a_camera_whose_track_ends_is_told_at_once() -> None:
    async with gateway() as url, calling(url) as (caller, _):
        (sender,) = caller.connection.getSenders()
        await sender.stop()  # says goodbye by RTCP
        began_t = time.monotonic()
        error = await caller.hears(Error)
        assert (error.code, error.id) == ("camera_stopped", None)
        assert time.monotonic() - began_t < 1.0
        caller.say(Ask(id="1", text="what?"))
        assert (await caller.hears(Error)).id == "1"


async def test_a_link_that_is_gone_for_5_s_costs_nothing_but_these() -> None:
    async with gateway() as url, relay(url) as network, calling(network.url) as (caller, _):
        network.cut(CUT_S)
        await asyncio.sleep(CUT_S)
        assert await frames_again_s(url) < FRAMES_AGAIN_S
        assert (await answered(caller, "1")).frame_age_ms < FRESH_MS
        assert (await health(url))["sessions"] == 1
        assert caller.connection.connectionState == "connected"


async def test_a_question_that_was_asked_while_the_link_was_gone_is_answered() -> None:
    async with gateway() as url, relay(url) as network, calling(network.url) as (caller, _):
        network.cut(2.0)
        assert (await answered(caller, "1")).id == "1"


async def follow_s(network: Relay, caller: Caller, url: str) -> float:
    """The peer's address changes: how long until pictures come and a question is answered."""
    (call,) = network.calls
    before = call.gateway_ports
    await network.rebind(call)
    began_t = time.monotonic()
    assert call.gateway_ports != before
    await frames_arrive(url, 2)
    assert (await answered(caller, str(began_t))).frame_age_ms < FRESH_MS
    return time.monotonic() - began_t


async def test_a_peer_whose_address_changes_is_followed_where_the_old_one_is_silent() -> None:
    async with gateway() as url, relay(url) as network, calling(network.url) as (caller, _):
        assert await follow_s(network, caller, url) < FOLLOWED_S
        assert (await health(url))["sessions"] == 1


async def test_a_peer_that_nominates_again_is_followed_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aioice.ice.CONSENT_INTERVAL", 2.5)
    async with gateway() as url, relay(url) as network, calling(network.url) as (caller, _):
        ice = _ice(caller)
        monkeypatch.setattr(ice, "build_request", partial(_nominating, ice.build_request))
        for _change in range(2):
            assert await follow_s(network, caller, url) < FOLLOWED_NOMINATED_S


def _nominating(
    build: object, pair: aioice.ice.CandidatePair, nominate: bool
) -> aioice.stun.Message:
    """As browsers do, each check nominates."""
    assert callable(build)
    message: aioice.stun.Message = build(pair, nominate=True)
    return message


def _ice(caller: Caller) -> aioice.ice.Connection:
    sender = caller.connection.getSenders()[0]
    assert isinstance(sender, RTCRtpSender)
    connection: aioice.ice.Connection = sender.transport.transport._connection
    return connection


async def test_a_second_way_that_is_only_checked_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with gateway() as url, relay(url) as network, calling(network.url) as (caller, _):
        (call,) = network.calls
        assert call.gateway is not None
        ice = _ice(caller)
        monkeypatch.setattr(ice, "check_incoming", lambda *_: None)  # it would nominate
        assert ice.remote_password is not None
        (taken,) = ice._nominated.values()
        loop = asyncio.get_running_loop()
        transport, way = await loop.create_datagram_endpoint(
            lambda: aioice.ice.StunProtocol(ice), local_addr=(call.gateway[0], 0)
        )
        way.local_candidate = taken.local_candidate
        ice._protocols.append(way)
        request = ice.build_request(taken, nominate=False)
        key = ice.remote_password.encode()
        await way.request(request, call.gateway, integrity_key=key)
        await asyncio.sleep(3.0)
        before = call.downlink.link.counts.packets_in
        assert (await answered(caller, "1")).id == "1"
        assert call.downlink.link.counts.packets_in > before
        transport.close()


async def test_a_slow_model_holds_up_no_picture_and_the_newest_question_wins() -> None:
    gate = asyncio.Event()
    backend = ScriptedBackend([Turn("late", gate=gate), Turn("in time"), Turn("late", gate=gate)])
    async with gateway(backend, Config(answer_deadline_s=1.0)) as url:
        async with calling(url) as (caller, _):
            caller.say(Ask(id="first", text="what?"))
            await backend.asked(1)
            await frames_arrive(url, 3)
            assert (await answered(caller, "second")).text == "in time"
            ends = [m for m in caller.heard if isinstance(m, Error)]
            assert [(e.code, e.id) for e in ends] == [("superseded", "first")]
            caller.say(Ask(id="third", text="what?"))
            asked_t = time.monotonic()
            await frames_arrive(url, 3)
            error = await caller.hears(Error)
            while error.id != "third":
                error = await caller.hears(Error)
            assert error.code == "backend_unavailable"
            assert 0.9 < time.monotonic() - asked_t < 2.0


async def test_a_model_that_garbles_spoils_its_answer_only() -> None:
    garbled = Turn("half an", error=BackendGarbled("The model's answer is broken.", raw="{"))
    async with gateway(ScriptedBackend([garbled, Turn("whole")])) as url:
        async with calling(url) as (caller, _):
            caller.say(Ask(id="1", text="what?"))
            error = await caller.hears(Error)
            assert (error.code, error.id) == ("backend_garbled", "1")
            await frames_arrive(url, 3)
            assert (await answered(caller, "2")).text == "whole"


async def test_a_browser_moves_and_sleeps_and_its_call_goes_on(tmp_path: Path) -> None:
    camera = tmp_path / "camera.y4m"
    write_y4m(camera, (640, 360), 15, (_picture(number) for number in range(15)))
    others = set(psutil.Process().children(recursive=True))
    async with gateway() as url, relay(url) as network, chromium(camera) as browser:
        page, errors = await open_page(browser, network.url)
        await page.click("#use-camera")
        await page.wait_for_selector('body[data-state="live"]', timeout=20_000)
        await frames_arrive(url, 5)

        await network.rebind(network.calls[0])
        assert await frames_again_s(url) < FOLLOWED_NOMINATED_S

        machine = set(psutil.Process().children(recursive=True)) - others
        processes = [process for process in machine if "chrom" in process.name()]
        for process in processes:
            process.suspend()
        try:
            await asyncio.sleep(SLEEP_S)
        finally:
            for process in processes:
                process.resume()
        assert await frames_again_s(url) < FRAMES_AGAIN_S

        await page.fill("#question", "Awake?")
        await page.press("#question", "Enter")
        await expect(page.locator(".answer").last).to_contain_text("Awake?", timeout=5_000)
        age = await page.locator(".frame-age").last.inner_text(timeout=5_000)
        assert int(age.split(" ms old")[0].split()[-1]) < FRESH_MS
        assert (await health(url))["sessions"] == 1
        assert errors == []


def _picture(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rgb = np.full((360, 640, 3), (196, 186, 168), np.uint8)
    cv2.rectangle(rgb, (150 + 4 * number, 120), (400 + 4 * number, 220), (20, 90, 160), -1)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
