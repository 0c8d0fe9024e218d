"""The track: newest frame only, through the valve, stamped when it was taken."""

from __future__ import annotations

import asyncio

import av
import pytest
from aiortc.mediastreams import MediaStreamError

from articgw.client.camera import SteeredTrack
from articgw.client.valve import Valve
from articgw.testing import FakeClock


class Shutter:
    """A camera that takes a picture when told to."""

    def __init__(self) -> None:
        self.closed = False
        self._pictures: asyncio.Queue[av.VideoFrame | Exception] = asyncio.Queue()

    async def click(self, width: int = 32) -> None:
        self._pictures.put_nowait(av.VideoFrame(width, 32, "yuv420p"))
        await settle()

    async def fail(self, error: Exception) -> None:
        self._pictures.put_nowait(error)
        await settle()

    async def next(self) -> av.VideoFrame:
        picture = await self._pictures.get()
        if isinstance(picture, Exception):
            raise picture
        return picture

    def close(self) -> None:
        self.closed = True


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_slow_encoder_gets_the_newest_frame_stamped_when_it_was_taken() -> None:
    camera, clock = Shutter(), FakeClock()
    track = SteeredTrack(camera, Valve(30.0), clock)
    first = asyncio.create_task(track.recv())
    await camera.click(32)
    assert (await first).width == 32
    for width in (64, 96):
        clock.now += 1.0
        await camera.click(width)
    taken_t = clock.now
    clock.now += 5.0
    newest = await track.recv()
    assert newest.width == 96
    assert newest.time is not None and newest.time == pytest.approx(taken_t)
    assert track.taken == 2
    track.stop()
    assert camera.closed


async def test_what_the_valve_holds_back_is_not_sent() -> None:
    camera, clock, valve = Shutter(), FakeClock(), Valve(1.0)
    track = SteeredTrack(camera, valve, clock)
    first = asyncio.create_task(track.recv())
    await camera.click()
    await first
    second = asyncio.create_task(track.recv())
    clock.now += 0.1
    await camera.click()
    assert not second.done()
    valve.fresh()
    clock.now += 0.1
    await camera.click(64)
    assert (await second).width == 64
    track.stop()


@pytest.mark.parametrize("error", [StopAsyncIteration(), OSError("unplugged")])
async def test_the_track_ends_with_its_camera(error: Exception) -> None:
    camera = Shutter()
    track = SteeredTrack(camera, Valve(30.0), FakeClock())
    waiting = asyncio.create_task(track.recv())
    await camera.fail(error)
    with pytest.raises(MediaStreamError):
        await waiting
    await track.wait_taken(5)
    assert camera.closed and track.readyState == "ended"


async def test_a_stopped_track_ends_who_waits_for_it() -> None:
    track = SteeredTrack(Shutter(), Valve(30.0), FakeClock())
    waiting = asyncio.create_task(track.recv())
    await settle()
    track.stop()
    with pytest.raises(MediaStreamError):
        await waiting


async def test_a_sharp_frame_is_the_next_one_also_while_paused() -> None:
    camera, valve = Shutter(), Valve(1.0)
    track = SteeredTrack(camera, valve, FakeClock())
    streamed = asyncio.create_task(track.recv())
    await camera.click(32)
    assert (await streamed).width == 32
    valve.pause(True)
    sharp = asyncio.create_task(track.sharp())
    await settle()
    await camera.click(64)
    assert (await sharp).width == 64
    ended = asyncio.create_task(SteeredTrack(Shutter(), valve, FakeClock()).sharp())
    await settle()
    track.stop()
    ended.cancel()
