"""Whole calls through a bad network: a real sender, a real gateway, and the relay between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from articgw.protocol import AnswerDone, Ask
from articgw.testing.link import LinkSpec
from articgw.testing.relay import relay
from tests.helpers.gateway import gateway
from tests.integration.caller import (
    TIMEOUT_S,
    Caller,
    calling,
    frames_arrive,
    health,
    sessions_end,
)

pytestmark = pytest.mark.integration

BUSY_S = 0.030
"""What two busy cores may add to a round trip."""


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with gateway() as running:
        yield running


async def test_a_call_works_as_without_and_its_packets_are_counted(url: str) -> None:
    async with relay(url) as running:
        async with calling(running.url) as caller:
            await frames_arrive(url, 10)
            caller.say(Ask(id="1", text="what?"))
            assert (await caller.hears(AnswerDone)).finish != ""
            (call,) = running.calls
            assert call.session == caller.session
            for wire in (call.uplink, call.downlink):
                counts = wire.link.counts
                assert counts.packets_in == counts.packets_taken == len(wire.log) > 10
                assert (counts.lost, counts.overflowed) == (0, 0)
        await sessions_end(url)


async def test_both_ways_take_as_long_as_they_should(url: str) -> None:
    link = LinkSpec(delay_s=0.025)
    loop = asyncio.get_running_loop()
    async with relay(url, uplink=link, downlink=link) as running:
        async with calling(running.url) as caller:
            await frames_arrive(url, 5)
            (call,) = running.calls
            asked_t = loop.time()
            caller.say(Ask(id="1", text="what?"))
            await caller.hears(AnswerDone)
            assert loop.time() - asked_t >= 0.049
            planned_s = [(p.delivery_t or 0) - p.t for p in call.uplink.log]
            assert planned_s == pytest.approx([0.025] * len(planned_s))
            assert 0.049 <= await _rtcp_round_trip_s(caller) <= 0.050 + BUSY_S


async def _rtcp_round_trip_s(caller: Caller) -> float:
    """As the sender's own RTCP measures it."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            for stats in (await caller.connection.getStats()).values():
                if stats.type == "remote-inbound-rtp" and stats.roundTripTime:
                    return float(stats.roundTripTime)
            await asyncio.sleep(0.1)


async def test_a_link_that_is_cut_comes_back(url: str) -> None:
    async with relay(url) as running, calling(running.url) as caller:
        await frames_arrive(url, 10)
        running.cut(2.0)
        await asyncio.sleep(0.3)
        during = (await health(url))["frames_received"]
        await asyncio.sleep(1.2)
        assert (await health(url))["frames_received"] - during <= 1
        (call,) = running.calls
        assert call.uplink.link.counts.lost > 10
        await frames_arrive(url, 10)
        caller.say(Ask(id="1", text="what?"))
        assert (await caller.hears(AnswerDone)).id == "1"


async def test_the_rate_holds_and_changes_while_a_call_runs(url: str) -> None:
    async with relay(url, uplink=LinkSpec(rate=2e6, queue_s=0.3)) as running:
        async with calling(running.url):
            await frames_arrive(url, 30)
            (call,) = running.calls
            running.set_links(uplink=LinkSpec(rate=60_000, queue_s=0.2))
            changed_t = asyncio.get_running_loop().time()
            await asyncio.sleep(3.0)
            assert call.uplink.out_bps(changed_t + 0.5, changed_t + 2.5) <= 66_000
            assert call.uplink.link.counts.overflowed > 0
            assert call.uplink.queue_s() <= 0.4


async def test_nothing_is_left_behind(url: str) -> None:
    before = len(asyncio.all_tasks())
    async with relay(url) as running, calling(running.url):
        await frames_arrive(url, 3)
    await sessions_end(url)
    async with asyncio.timeout(TIMEOUT_S):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.02)
