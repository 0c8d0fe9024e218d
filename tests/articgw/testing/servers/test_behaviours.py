"""Behaviours speak or refuse, and take their time where they are told to."""

from __future__ import annotations

import asyncio

from articgw.testing.servers.behaviours import fails, pause, says


def test_a_refusal_says_nothing_more() -> None:
    assert fails(500).refuse is not None and says("It").refuse is None


async def test_a_pause_lasts() -> None:
    now = asyncio.get_running_loop().time
    began_t = now()
    await pause(0.02)
    assert now() - began_t >= 0.019
    await pause(0.0)
