"""Floods, bombs and endless messages against our gateway; plain aiortc fails each of these.

The client hellos (F1) and the SSRCs (F5) are in test_aiortc_seams.py, the offers (F6) in
test_offer.py; the bench that compares servers is tests/bench/_abuse.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiortc.rtcrtpreceiver
import av
import psutil
import pytest
from aiortc import RTCRtpCodecParameters
from aiortc.jitterbuffer import JitterFrame

from articgw import aiortc_seams
from articgw.backends.scripted import ScriptedBackend, echo
from articgw.frame import Frame
from articgw.protocol import AnswerDone, Ask
from tests.bench._abuse_attacks import (
    Attacker,
    endless_message,
    flood_before_ice,
    flood_without_nomination,
    h264_bomb,
    pictures,
    vp8_bomb,
)
from tests.helpers.gateway import gateway
from tests.integration.caller import calling, frames_arrive, health, sessions_end

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])


@dataclass
class Growth:
    """Of this process's memory, at its peak."""

    mib: float = 0.0


@asynccontextmanager
async def growth_watched() -> AsyncGenerator[Growth]:
    process, growth = psutil.Process(), Growth()
    before = process.memory_info().rss

    async def watch() -> None:
        while True:
            growth.mib = max(growth.mib, (process.memory_info().rss - before) / 2**20)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    yield growth
    watching.cancel()


async def test_a_flood_before_ice_is_not_kept() -> None:
    async with gateway() as url:
        caller = Attacker(url)
        answer = await caller.post()
        async with growth_watched() as growth:
            await flood_before_ice(answer, 16 * 2**20)
        await caller.hang_up()
    assert growth.mib < 6


async def test_a_flood_from_an_address_that_was_checked_and_never_chosen_is_not_kept() -> None:
    async with gateway() as url, growth_watched() as growth:
        assert await flood_without_nomination(url, 16 * 2**20)
    assert growth.mib < 6


@pytest.mark.parametrize(
    ("codec", "bomb"), [("VP8", vp8_bomb()), ("H264", h264_bomb())], ids=["VP8", "H264"]
)
async def test_a_picture_bomb_is_left_out_and_the_call_goes_on(codec: str, bomb: bytes) -> None:
    async with gateway() as url:
        caller = Attacker(url, codec)
        await caller.connect()
        await frames_arrive(url, 5)
        async with growth_watched() as growth:
            caller.packets.next_up += [bomb, bomb]
            await asyncio.sleep(0.5)
            await frames_arrive(url, 35)
        await caller.hang_up()
        await sessions_end(url)
    assert growth.mib < 20


async def test_an_endless_message_ends_its_own_call_and_no_other() -> None:
    async with gateway() as url, calling(url) as healthy:
        async with growth_watched() as growth:
            outcome = await endless_message(url, large=1500, small=0)
        assert int(outcome.detail.split()[0]) < 400, outcome.detail
        await sessions_end(url, left=1)
        healthy.say(Ask(id="1", text="what?"))
        assert (await healthy.hears(AnswerDone)).id == "1"
    assert growth.mib < 20


async def test_a_flood_of_streams_ends_the_call() -> None:
    async with gateway() as url:
        caller = Attacker(url)
        await caller.connect()
        for number in range(40):
            caller.connection.createDataChannel(f"more {number}")
        await sessions_end(url)
        await caller.hang_up()


class _Stalled(ScriptedBackend):
    async def look(self, frame: Frame) -> object | None:
        await asyncio.Event().wait()
        return None


async def test_a_stalled_model_does_not_fill_the_memory() -> None:
    async with gateway(_Stalled(echo)) as url:
        caller = Attacker(url)
        await caller.connect()
        await frames_arrive(url, 30)
        async with growth_watched() as growth:
            await frames_arrive(url, 75)
        assert (await health(url))["sessions"] == 1
        await caller.hang_up()
    assert growth.mib < 15


def _decoder(mime: str = "video/VP8") -> Any:
    """As aiortc's receiver makes one."""
    aiortc_seams.install()
    receiver: Any = aiortc.rtcrtpreceiver
    return receiver.get_decoder(
        RTCRtpCodecParameters(mimeType=mime, clockRate=90_000, payloadType=97)
    )


def test_an_empty_frame_does_not_end_the_stream() -> None:
    decoder = _decoder()
    assert len(decoder.decode(JitterFrame(pictures("VP8")[0], 0))) == 1
    assert decoder.decode(JitterFrame(b"", 3000)) == []
    assert len(decoder.decode(JitterFrame(pictures("VP8")[1], 6000))) == 1


def test_a_queue_of_large_pictures_is_thinned() -> None:
    decoder, (picture,) = _decoder(), pictures("VP8", (1920, 1088), 1)
    decoded = 0
    for _ in range(600):
        with suppress(av.FFmpegError):
            decoded += len(decoder.decode(JitterFrame(picture, 0)))
    assert 0 < decoded < 300


def test_a_codec_that_nobody_decodes_does_not_end_the_decoder_thread() -> None:
    assert _decoder("video/rtx").decode(JitterFrame(b"\x10\x20", 0)) == []
