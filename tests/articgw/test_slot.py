"""The slot keeps the newest frame and nothing else."""

from __future__ import annotations

import asyncio

from articgw.frame import Frame
from articgw.slot import FrameSlot
from articgw.testing import picture


async def test_a_slow_consumer_misses_frames_and_sees_no_old_one() -> None:
    slot, seen = FrameSlot(), []
    frames = [Frame(picture(), float(t)) for t in range(5)]
    slot.put(frames[0])
    async for frame in slot.frames():
        seen.append(frame)
        if frame is frames[4]:
            slot.end()
        for later in frames[1:] if frame is frames[0] else []:
            slot.put(later)
    assert seen == [frames[0], frames[4]]
    assert slot.received == 5 and slot.newest is frames[4]


async def test_the_end_wakes_the_consumer_before_any_frame() -> None:
    slot = FrameSlot()
    slot.end()
    assert [frame async for frame in slot.frames()] == []


async def test_who_waits_for_a_fresh_frame_gets_it_when_it_comes() -> None:
    slot = FrameSlot()
    slot.put(Frame(picture(), 1.0))
    waiting = asyncio.create_task(slot.captured_since(2.0, within_s=30.0))
    await asyncio.sleep(0)
    slot.put(Frame(picture(), 1.9))
    fresh = Frame(picture(), 2.0)
    slot.put(fresh)
    assert await waiting is fresh


async def test_who_waits_in_vain_gets_the_newest() -> None:
    slot = FrameSlot()
    assert await slot.captured_since(2.0, within_s=0.0) is None
    old = Frame(picture(), 1.0)
    slot.put(old)
    assert await slot.captured_since(2.0, within_s=0.0) is old
    slot.end()
    assert await slot.captured_since(2.0, within_s=30.0) is old
