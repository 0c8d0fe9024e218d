"""Coded frames become pictures when somebody looks; with a real decoder and real threads."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import av
import pytest

from artic_abr import Estimate, EstimateWhy
from articgw.aiortc_seams import DemandDecoder, install
from articgw.decoding import OnDemand
from articgw.frame import Frame
from articgw.picture_pool import PicturePool
from articgw.slot import FrameSlot
from articgw.testing import picture

install()
CODEC = SimpleNamespace(name="H264", mimeType="video/H264")
FPS, GROUP = 30, 10
SIZE = (320, 180)
SHADES = 50
SILENT_S = 60


def film(count: int, group: int = GROUP) -> list[tuple[bytes, bool]]:
    """Each frame brighter than the one before; a key frame each ``group`` frames."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = *SIZE, "yuv420p"
    context.gop_size = group
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"}
    coded = []
    for number in range(count):
        shown = picture(*SIZE)
        shown.pts = number
        shade = 16 + 4 * (number % SHADES)
        memoryview(shown.planes[0])[:] = bytes([shade]) * shown.planes[0].buffer_size
        coded += [(bytes(packet), packet.is_keyframe) for packet in context.encode(shown)]
    return coded


class Stream:
    """A slot with what fills it."""

    def __init__(self) -> None:
        self.slot = FrameSlot()
        self.keyframes = 0
        self.shown = asyncio.Event()
        self.estimate = Estimate(2_000_000, EstimateWhy.START, received_bps=100_000, queue_ms=0.0)
        self.demand = OnDemand(
            self.slot,
            DemandDecoder,
            PicturePool(2),
            put=self._put,
            want_keyframe=self._want_keyframe,
            estimate=lambda now: self.estimate,
        )

    def _put(self, frame: Frame) -> None:
        self.slot.put(frame)
        self.shown.set()

    def _want_keyframe(self) -> None:
        self.keyframes += 1

    def arrive(self, frames: list[tuple[bytes, bool]], first: int = 0) -> None:
        for number, (data, key) in enumerate(frames, first):
            self.demand.on_frame(data, 3000 * number, CODEC, key=key, now=10 + number / FPS)


def number_of(frame: Frame | None) -> int:
    assert frame is not None
    return round((bytes(frame.picture.planes[0])[0] - 16) / 4)


async def test_nothing_asked_nothing_decoded() -> None:
    stream = Stream()
    stream.arrive(film(25))
    await asyncio.sleep(0)
    assert stream.demand.decoded == 0 and stream.slot.newest is None
    assert stream.slot.received == 25 and stream.slot.arrived_t == pytest.approx(10 + 24 / FPS)


async def test_who_looks_gets_the_newest_from_the_last_key_frame_on() -> None:
    stream = Stream()
    frames = film(29)
    stream.arrive(frames[:25])
    frame = await stream.slot.current()
    assert number_of(frame) == 24 and stream.demand.decoded == 5
    assert frame is not None and frame.captured_t == stream.slot.arrived_t
    assert frame.coded is not None and frame.coded.own.bits == 8 * len(frames[24][0])
    assert len(frame.coded.before) == 4
    stream.arrive(frames[25:], 25)
    assert number_of(await stream.slot.current()) == 28 and stream.demand.decoded == 9
    assert await stream.slot.current() is stream.slot.newest and stream.demand.decoded == 9


async def test_who_goes_through_all_gets_all() -> None:
    stream, frames = Stream(), film(12)

    async def go() -> list[int]:
        return [number_of(frame) async for frame in stream.slot.frames()]

    going = asyncio.create_task(go())
    for number, frame in enumerate(frames):
        stream.arrive([frame], number)
        await stream.slot.current()
    await asyncio.sleep(0)
    stream.slot.end()
    assert await going == list(range(12))


async def test_who_looks_seldom_has_few_decoded() -> None:
    stream, frames, seen = Stream(), film(40), list[int]()

    async def go() -> None:
        async for frame in stream.slot.frames(lambda: 0.5):
            seen.append(number_of(frame))

    going = asyncio.create_task(go())
    await asyncio.sleep(0)
    for number, frame in enumerate(frames):
        stream.arrive([frame], number)
        if number in (0, 15, 30):
            await stream.slot.captured_since(10 + number / FPS - 1e-6, within_s=5.0)
            await asyncio.sleep(0)
    stream.slot.end()
    await going
    assert seen == [0, 15, 30] and stream.demand.decoded == 1 + 6 + 1


async def test_a_frame_that_cannot_be_decoded_asks_for_a_key_frame() -> None:
    stream, frames = Stream(), film(3)
    stream.arrive([(frames[0][0][:20], True)])
    assert await stream.slot.captured_since(10, within_s=0.3) is None
    assert stream.keyframes == 1
    stream.arrive(frames, 1)
    assert number_of(await stream.slot.current()) == 2


async def test_frames_that_pile_up_are_asked_about_and_then_decoded() -> None:
    stream, frames = Stream(), film(GROUP)
    endless = [(data, key and at == 0) for at, (data, key) in enumerate(frames * 20)]
    stream.arrive(endless[:150])
    assert stream.keyframes == 1 and stream.demand.decoded == 0
    stream.arrive(endless[150:190], 150)
    async with asyncio.timeout(10):
        await stream.shown.wait()
    assert stream.keyframes == 1 and stream.demand.decoded >= 180


async def test_a_question_after_a_minute_of_silence_is_about_what_is_there_now() -> None:
    """The sender gives no key frame but the first; the minute is the stream's, not the test's."""
    stream, frames = Stream(), film(SILENT_S * FPS, group=10**6)
    assert [key for _, key in frames] == [True] + [False] * (len(frames) - 1)
    for first in range(0, len(frames), FPS):
        stream.arrive(frames[first : first + FPS], first)
        await asyncio.sleep(0)
    frame = await stream.slot.current()
    assert frame is not None and frame.captured_t == stream.slot.arrived_t
    assert number_of(frame) == (len(frames) - 1) % SHADES
    assert stream.keyframes >= 1 and stream.demand.decoded == len(frames)


async def test_after_the_end_nothing_is_decoded() -> None:
    stream = Stream()
    stream.arrive(film(2))
    stream.demand.end()
    assert await stream.slot.captured_since(10, within_s=0.05) is None
