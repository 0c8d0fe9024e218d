"""The slot keeps the newest frame and nothing else."""

from __future__ import annotations

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
