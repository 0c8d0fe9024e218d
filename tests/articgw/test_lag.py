"""The lag monitor remembers the worst tick of ten seconds, and measures a real stall."""

from __future__ import annotations

import asyncio
import time

from articgw.lag import LoopLag


def test_the_worst_of_the_last_ten_seconds() -> None:
    lag = LoopLag()
    assert lag.max_ms(now=0.0) == 0.0
    lag.on_tick(0.080, now=1.0)
    lag.on_tick(0.002, now=1.5)
    lag.on_tick(0.020, now=5.0)
    assert lag.max_ms(now=6.0) == 80.0
    assert lag.max_ms(now=12.5) == 20.0
    assert lag.max_ms(now=99.0) == 0.0


def test_one_long_stall_is_not_a_busy_loop() -> None:
    lag = LoopLag()
    assert lag.mean_ms() == 0.0
    for n in range(400):
        lag.on_tick(0.6 if n == 200 else 0.001, now=n / 100)
    assert 1.0 < lag.mean_ms() < 5.0


async def test_a_blocked_loop_is_seen() -> None:
    lag = LoopLag()
    measuring = asyncio.create_task(lag.run())
    await asyncio.sleep(0)
    end_t = time.monotonic() + 0.1
    while time.monotonic() < end_t:
        pass
    while lag.max_ms(now=time.monotonic()) < 50.0:
        await asyncio.sleep(0)
    measuring.cancel()
    assert lag.max_ms(now=time.monotonic()) >= 50.0
