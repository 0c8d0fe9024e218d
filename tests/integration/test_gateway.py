"""Real calls over real connections: what goes wrong in one disturbs no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from aiortc import RTCSessionDescription

from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.config import Config
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Error
from articgw.talk import INBOX_MESSAGES
from articgw.webrtc_peer import WebRtcPeer
from tests.helpers.gateway import gateway
from tests.integration.caller import (
    TIMEOUT_S,
    Caller,
    calling,
    frames_arrive,
    health,
    post_offer,
    sessions_end,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def url() -> AsyncGenerator[str]:
    async with gateway() as served:
        yield served


async def answered(caller: Caller, question_id: str) -> AnswerDone:
    caller.say(Ask(id=question_id, text="what?"))
    return await caller.hears(AnswerDone)


async def test_a_call_from_offer_to_answer(url: str) -> None:
    async with calling(url, audio=True) as caller:
        await frames_arrive(url, 10)
        done = await answered(caller, "1")
        assert done.frame_size_px == (640, 360)
        assert 0 <= done.frame_age_ms < 1000
        text = "".join(m.text for m in caller.heard if isinstance(m, AnswerDelta))
        assert text.strip() == done.text
        async with aiohttp.ClientSession() as http, http.get(url + done.frame_url) as look:
            assert look.status == 200 and (await look.read())[:2] == b"\xff\xd8"
    await sessions_end(url)
    async with aiohttp.ClientSession() as http, http.get(url + done.frame_url) as look:
        assert look.status == 404


async def test_an_early_question_is_refused_and_a_later_one_answered(url: str) -> None:
    async with calling(url) as caller:
        caller.say(Ask(id="early", text="what?"))
        if (await health(url))["frames_received"] == 0:
            assert (await caller.hears(Error)).code == "no_frame"
        await frames_arrive(url)
        assert (await answered(caller, "later")).id == "later"


async def test_a_caller_without_a_camera_is_told_so(url: str) -> None:
    async with calling(url, camera=False) as caller:
        caller.say(Ask(id="1", text="what?"))
        error = await caller.hears(Error)
        assert (error.code, error.id) == ("no_frame", "1")


async def test_a_camera_that_stops_is_noticed_and_the_neighbour_goes_on() -> None:
    async with gateway(config=Config(stale_frame_s=0.5)) as url:
        async with calling(url) as stopping, calling(url) as healthy:
            await frames_arrive(url, 10)
            stopping.camera.stop()
            await asyncio.sleep(1.0)
            stopping.say(Ask(id="1", text="what?"))
            error = await stopping.hears(Error)
            assert error.code == "camera_stopped"
            assert (await answered(healthy, "1")).id == "1"


MESSAGES = [
    ("not JSON", "hello?", "bad_message"),
    ("binary", b"\x00\xff\x00", "bad_message"),
    ("an unknown type", '{"type":"dance"}', "unknown_type"),
    ("an empty question", '{"type":"ask","id":"1","text":""}', "empty_question"),
    ("60 KB", '{"type":"ask","id":"1","text":"' + "x" * 60_000 + '"}', "too_large"),
]


@pytest.mark.parametrize(
    ("raw", "code"), [case[1:] for case in MESSAGES], ids=[case[0] for case in MESSAGES]
)
async def test_a_bad_message_disturbs_nobody(url: str, raw: str | bytes, code: str) -> None:
    async with calling(url) as rude, calling(url) as healthy:
        await frames_arrive(url, 5)
        rude.say(raw)
        assert (await rude.hears(Error)).code == code
        assert (await answered(healthy, "1")).id == "1"
        assert (await answered(rude, "2")).id == "2"


@pytest.mark.parametrize(("size", "goes_on"), [(60_000, True), (2**20, False)])
async def test_a_message_that_is_too_large_disturbs_nobody_else(
    url: str, size: int, goes_on: bool
) -> None:
    async with calling(url) as rude, calling(url) as healthy:
        await frames_arrive(url, 5)
        sctp = rude.connection.sctp
        assert sctp is not None
        sctp._remote_max_message_size = 0  # a sender that ignores what we announce
        rude.say("x" * (size - 1))
        if goes_on:
            assert (await rude.hears(Error)).code == "too_large"
        else:
            await sessions_end(url, left=1)
        assert (await answered(healthy, "1")).id == "1"
        await frames_arrive(url, 2)
        assert (await health(url))["loop_lag_max_ms"] < 500


async def test_every_question_of_a_burst_ends_exactly_once(url: str) -> None:
    async with calling(url) as caller:
        await frames_arrive(url)
        ids = [f"q{number}" for number in range(300)]
        for id_ in ids:
            caller.say(Ask(id=id_, text="what?"))
        ends: list[str | None] = []
        async with asyncio.timeout(TIMEOUT_S):
            while not set(ids) <= set(ends):
                await asyncio.sleep(0.02)
                ends = [m.id for m in caller.heard if isinstance(m, AnswerDone | Error)]
        assert sorted(str(id_) for id_ in ends) == sorted(ids)


async def test_messages_that_nobody_takes_are_refused_by_their_ids() -> None:
    caller, peer = Caller("", camera=False), WebRtcPeer(Config(), time.monotonic)
    try:
        answer = await peer.accept(await caller.offer())
        await caller.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(TIMEOUT_S):
            while caller.channel.readyState != "open":
                await asyncio.sleep(0.01)
        for number in range(INBOX_MESSAGES + 3):
            caller.say(Ask(id=str(number), text="what?"))
        errors = [await caller.hears(Error) for _ in range(3)]
        assert {error.code for error in errors} == {"too_many_messages"}
        assert [error.id for error in errors] == [str(INBOX_MESSAGES + n) for n in range(3)]
    finally:
        await peer.close()
        await caller.hang_up()


async def test_hanging_up_mid_answer_leaves_nothing_behind() -> None:
    backend = ScriptedBackend(lambda _: Turn("never", gate=asyncio.Event()))
    async with gateway(backend) as url:
        before = len(asyncio.all_tasks())
        async with calling(url) as caller:
            await frames_arrive(url)
            caller.say(Ask(id="1", text="what?"))
            await backend.asked(1)
        await sessions_end(url)
        async with asyncio.timeout(TIMEOUT_S):
            while len(asyncio.all_tasks()) > before:
                await asyncio.sleep(0.02)


async def test_stopping_the_gateway_ends_its_calls() -> None:
    caller: Caller
    async with gateway() as url:
        caller = Caller(url)
        await caller.call()
        await frames_arrive(url)
    async with asyncio.timeout(TIMEOUT_S):
        while caller.connection.connectionState != "closed":
            await asyncio.sleep(0.02)
    await caller.hang_up()


async def test_bad_offers_do_not_disturb_a_call(url: str) -> None:
    async with calling(url) as healthy:
        await frames_arrive(url, 5)
        for sdp in ("", "v=0\r\nm=video\r\n" * 400, "v=0\r\n" + "a=candidate:x\r\n" * 5000):
            assert (await post_offer(url, sdp))[0] in (400, 413, 422)
        assert (await answered(healthy, "1")).id == "1"
        assert (await health(url))["sessions"] == 1
