"""A real gateway is told to go: calls end first, new ones are turned away, and it never hangs."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from articgw.protocol import AnswerDone, Ask, Error
from tests.helpers.browser import chromium, open_page
from tests.helpers.browser import gateway as process
from tests.integration.caller import (
    TIMEOUT_S,
    Caller,
    calling,
    frames_arrive,
    post_offer,
)

pytestmark = pytest.mark.integration

AT_ONCE_S = 3.0
"""Closing a connection and the model takes a part of this; no grace does."""


async def readiness(url: str) -> int:
    """The status of /readyz."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as response:
        return response.status


@asynccontextmanager
async def ends_within(limit_s: float, ending: asyncio.subprocess.Process) -> AsyncGenerator[None]:
    """After the block, the process exits with 0, and soon."""
    yield
    began = time.monotonic()
    async with asyncio.timeout(TIMEOUT_S):
        assert await ending.wait() == 0
    assert time.monotonic() - began < limit_s


async def test_a_live_call_is_told_goes_on_and_then_the_process_ends() -> None:
    async with process("--drain_s", "60") as running:
        url = running.url
        async with ends_within(AT_ONCE_S, running.process), calling(url) as caller:
            await frames_arrive(url)
            assert await readiness(url) == 200
            running.process.send_signal(signal.SIGTERM)
            told = await caller.hears(Error)
            assert (told.code, told.id) == ("closing", None)
            assert told.retry_after_s is not None
            assert await readiness(url) == 503
            late = Caller(url)
            status, body = await post_offer(url, await late.offer())
            assert (status, body["error"]["code"]) == (503, "closing")
            await late.hang_up()
            caller.say(Ask(id="1", text="what?"))
            assert (await caller.hears(AnswerDone)).id == "1"
        assert not any("Traceback" in line for line in running.log)


async def test_a_call_that_does_not_end_is_ended_when_its_time_is_over() -> None:
    async with process("--drain_s", "1") as running, calling(running.url):
        await frames_arrive(running.url)
        async with ends_within(1 + AT_ONCE_S, running.process):
            running.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("signums", [(signal.SIGTERM, signal.SIGTERM),
                                     (signal.SIGTERM, signal.SIGINT),
                                     (signal.SIGINT,)])  # fmt: skip
async def test_a_second_signal_or_an_interrupt_ends_it_at_once(signums: tuple[int, ...]) -> None:
    async with process("--drain_s", "60") as running, calling(running.url) as caller:
        await frames_arrive(running.url)
        async with ends_within(AT_ONCE_S, running.process):
            *first, last = signums
            for signum in first:
                running.process.send_signal(signum)
                assert (await caller.hears(Error)).code == "closing"
            running.process.send_signal(last)
        assert not any("Traceback" in line for line in running.log)


async def test_without_calls_it_ends_at_once() -> None:
    async with process("--drain_s", "60") as running:
        async with ends_within(AT_ONCE_S, running.process):
            running.process.send_signal(signal.SIGTERM)


async def test_the_page_says_that_the_gateway_closes() -> None:
    async with process("--drain_s", "60") as running, chromium() as browser:
        page, _ = await open_page(browser, running.url)
        await page.click("#use-sample")
        await page.wait_for_selector("body[data-state=live]", timeout=1000 * TIMEOUT_S)
        running.process.send_signal(signal.SIGTERM)
        await page.wait_for_selector("#notice:not([hidden])", timeout=1000 * TIMEOUT_S)
        notice = await page.inner_text("#notice")
        assert "about to close" in notice and "Call again in 5 seconds" in notice
        assert await page.get_attribute("body", "data-state") == "live"
        await page.click("#hang-up")
        async with ends_within(AT_ONCE_S, running.process):
            pass
