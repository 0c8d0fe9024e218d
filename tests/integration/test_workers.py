"""`articgw serve --workers 2` as its users see it: one gateway, of which a part may die."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from articgw.protocol import AnswerDone, Ask, Error
from tests.helpers.browser import Gateway, gateway
from tests.helpers.whip_cases import run_cases
from tests.integration.caller import (
    TIMEOUT_S,
    Caller,
    calling,
    frames_arrive,
    health,
    post_offer,
    sessions_end,
)
from tests.integration.test_doors import asked, listed
from tests.integration.test_pipecat import Client

pytestmark = pytest.mark.integration

SECRET = "workers-secret-" + "0123456789abcdef" * 2
ANY_LOAD = "100"


@asynccontextmanager
async def two(*args: str) -> AsyncGenerator[Gateway]:
    """Two workers that take calls however busy this machine is."""
    async with gateway("--workers", "2", "--max_load", ANY_LOAD, *args) as running:
        yield running


async def figures(url: str) -> dict[str, float]:
    """What Prometheus would read."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/metrics") as response:
        page = await response.text()
    return {s.name: s.value for family in parse(page) for s in family.samples if not s.labels}


async def until_spare(url: str) -> None:
    """The next death costs no start."""
    async with asyncio.timeout(TIMEOUT_S):
        while not (await figures(url))["articgw_worker_spares"]:
            await asyncio.sleep(0.05)


def worker_of(running: Gateway, session: str) -> psutil.Process:
    """The process that has this call: workers are numbered as they are started."""
    children = psutil.Process(running.process.pid).children()
    ordered = sorted(children, key=lambda child: child.create_time())
    return ordered[int(session.partition("-")[0]) - 1]


async def test_every_status_code_of_whip_is_the_same_through_the_front() -> None:
    async with two("--token", SECRET, "--max_sessions", "8") as running:
        results = await run_cases(running.url, SECRET)
    assert [f"{case.name}: {case.why}" for case in results if not case.passed] == []
    assert len(results) >= 60


async def test_calls_are_spread_and_every_door_finds_the_worker_of_its_call() -> None:
    async with two() as running:
        url = running.url
        async with calling(url) as one, calling(url) as other:
            assert {one.session[:2], other.session[:2]} == {"1-", "2-"}
            await frames_arrive(url, 20)
            for caller in (one, other):
                caller.say(Ask(id="1", text="what?"))
                done = await caller.hears(AnswerDone)
                async with aiohttp.ClientSession() as http, http.get(url + done.frame_url) as look:
                    assert look.status == 200 and look.content_type == "image/jpeg"
                status, messages = await asked(url, caller.session, "and that?")
                assert status == 200 and isinstance(messages[-1], AnswerDone)
            names = {entry["session"] for entry in await listed(url, {})}
            assert names == {one.session, other.session}
            assert (await health(url))["sessions"] == 2
            async with aiohttp.ClientSession(url) as http:
                for path in ("/healthz", "/readyz", "/metrics", "/client.js"):
                    async with http.head(path) as response:
                        assert response.status == 200, path
            now = await figures(url)
            assert now["articgw_sessions"] == 2 and now["articgw_answer_seconds_count"] == 4
        await sessions_end(url)


async def test_a_client_of_pipecat_finds_its_call_by_what_it_sends() -> None:
    async with two() as running, calling(running.url) as other:
        client = Client(running.url)
        try:
            await client.connect()
            first = client.pc_id
            assert first is not None and first[:2] != other.session[:2]
            assert (await client.patch())[0] == 200
            await client.negotiate()
            assert client.pc_id == first
        finally:
            await client.close()


async def test_a_dead_worker_takes_its_own_calls_and_no_other() -> None:
    async with two() as running:
        url = running.url
        async with calling(url) as one, calling(url) as other:
            await frames_arrive(url, 30)
            await until_spare(url)
            before = await figures(url)
            worker_of(running, other.session).send_signal(signal.SIGKILL)
            async with asyncio.timeout(TIMEOUT_S):
                while (await figures(url)).get("articgw_worker_ends_total") != 1:
                    await asyncio.sleep(0.01)
            after = await figures(url)
            assert after["articgw_workers"] == 2 and after["articgw_sessions"] == 1
            assert after["articgw_frames_received_total"] >= before["articgw_frames_received_total"]
            one.say(Ask(id="1", text="still there?"))
            assert (await one.hears(AnswerDone)).id == "1"
            async with aiohttp.ClientSession(url) as http:
                async with http.delete(f"/api/sessions/{other.session}") as response:
                    assert response.status == 404
                    assert (await response.json())["error"]["code"] == "no_session"
            async with calling(url) as third:
                assert third.session.startswith("3-")
        await until_spare(url)


async def test_told_to_go_it_lets_the_calls_of_all_workers_end() -> None:
    async with two("--drain_s", "60") as running:
        url = running.url
        async with calling(url) as one, calling(url) as other:
            await frames_arrive(url, 10)
            running.process.send_signal(signal.SIGTERM)
            for caller in (one, other):
                assert (await caller.hears(Error)).code == "closing"
            late = Caller(url)
            status, body = await post_offer(url, await late.offer())
            assert (status, body["error"]["code"]) == (503, "closing")
            await late.hang_up()
            status, messages = await asked(url, one.session)
            assert status == 200 and isinstance(messages[-1], AnswerDone)
        async with asyncio.timeout(TIMEOUT_S):
            assert await running.process.wait() == 0
        assert "Traceback" not in (written := "".join(running.log)), written


async def test_told_to_go_while_a_spare_starts_it_does_not_wait_for_that() -> None:
    async with two("--drain_s", "60") as running:
        assert not (await figures(running.url))["articgw_worker_spares"]
        running.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(TIMEOUT_S):
            assert await running.process.wait() == 0
        workers = psutil.Process().children(recursive=True)
        assert not any("articgw.workers" in " ".join(one.cmdline()) for one in workers)


async def test_no_worker_outlives_its_front() -> None:
    async with two() as running:
        workers = psutil.Process(running.process.pid).children()
        await running.kill()
        gone, alive = await asyncio.to_thread(psutil.wait_procs, workers, TIMEOUT_S)
        assert len(gone) >= 2 and not alive


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_busy_machine_sends_callers_away_in_time(workers: str) -> None:
    async with gateway("--workers", workers, "--max_load", "0.001") as running:
        caller = Caller(running.url)
        began = time.monotonic()
        async with aiohttp.ClientSession(running.url) as http:
            offer = {"sdp": await caller.offer(), "type": "offer"}
            async with http.post("/offer", json=offer) as response:
                assert response.status == 503 and int(response.headers["Retry-After"]) > 0
                assert (await response.json())["error"]["code"] == "busy"
        assert time.monotonic() - began < TIMEOUT_S
        await caller.hang_up()


async def test_settings_that_cannot_work_are_said_once_and_nothing_stays() -> None:
    with pytest.raises(RuntimeError, match="trace"):
        async with two("--trace_dir", "/proc/nowhere"):
            pass
