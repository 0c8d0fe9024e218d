"""HTTP: what is refused, with which status, and that nothing of it disturbs anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families as parse

from articgw.backends.scripted import ScriptedBackend, echo
from articgw.config import Config
from articgw.errors import ConfigError
from articgw.server import Gateway
from articgw.trace import short_id
from articgw.trace_read import read_trace
from tests.articgw.test_offer import CANDIDATE, FINGERPRINT, HEAD, VIDEO
from tests.helpers.gateway import gateway
from tests.integration.caller import Caller, health, post_offer

JSON = {"Content-Type": "application/json"}
OFFER = b'{"sdp":"v=0","type":"offer"}'

BODIES = [
    ("no content type", b"{}", {"Content-Type": ""}, 415),
    ("SDP instead of JSON", b"v=0", {"Content-Type": "application/sdp"}, 415),
    ("a form", b"sdp=v", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("compressed", b"\x1f\x8b", {**JSON, "Content-Encoding": "gzip"}, 415),
    ("empty", b"", JSON, 400),
    ("not JSON", b"v=0", JSON, 400),
    ("not UTF-8", b'{"sdp":"\xff","type":"offer"}', JSON, 400),
    ("no sdp", b'{"type":"offer"}', JSON, 400),
    ("an answer", b'{"sdp":"v=0","type":"answer"}', JSON, 400),
    ("SDP of one line", OFFER, JSON, 400),
    ("oversized", b'{"sdp":"' + b"x" * 200_000 + b'","type":"offer"}', JSON, 413),
]

OFFERS = [
    ("empty", "", 400),
    ("no fingerprint", HEAD + VIDEO, 422),
    ("400 m-lines", HEAD + FINGERPRINT + VIDEO * 400, 422),
    ("5,000 candidates", HEAD + FINGERPRINT + VIDEO + CANDIDATE * 5000, 413),
    ("no ICE credentials", HEAD + FINGERPRINT + VIDEO, 400),
    ("a broken fingerprint", HEAD + "a=fingerprint:sha-256\r\n" + VIDEO, 400),
    ("a broken candidate", HEAD + FINGERPRINT + VIDEO + "a=candidate:1 1 udp\r\n", 400),
    ("a broken m-line", HEAD + FINGERPRINT + "m=video\r\n", 400),
]


@asynccontextmanager
async def running(served: Gateway) -> AsyncGenerator[str]:
    """The URL of a gateway of which the test holds the inside."""
    runner = web.AppRunner(served.app(), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def get(url: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON."""
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("body", "headers", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
async def test_a_bad_body_is_refused(body: bytes, headers: dict[str, str], status: int) -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        async with http.post(f"{url}/offer", data=body, headers=headers) as response:
            assert response.status == status
            error = (await response.json())["error"]
        assert error["code"] and error["message"]
        assert (await health(url))["sessions"] == 0


@pytest.mark.parametrize(
    ("sdp", "status"), [case[1:] for case in OFFERS], ids=[case[0] for case in OFFERS]
)
async def test_a_bad_offer_is_refused_and_leaves_no_session(sdp: str, status: int) -> None:
    async with gateway() as url:
        got, body = await post_offer(url, sdp)
        assert got == status and body["error"]["message"]
        await asyncio.sleep(0)
        assert (await health(url))["sessions"] == 0


async def test_a_body_of_unknown_length_is_refused_too() -> None:
    async def drip() -> AsyncGenerator[bytes]:
        for _ in range(100):
            yield b"x" * 16_384

    async with gateway() as url, aiohttp.ClientSession() as http:
        async with http.post(f"{url}/offer", data=drip(), headers=JSON) as response:
            assert response.status == 413


async def test_every_seed_of_the_sdp_corpus_is_answered_or_refused(artic_data: Path) -> None:
    seeds = sorted((artic_data / "fuzz/webrtc-fuzzer-corpora/corpora/sdp-corpus").glob("*.sdp"))
    assert len(seeds) > 50
    async with gateway(config=Config(connect_deadline_s=1000, max_sessions=1000)) as url:
        for seed in seeds:
            status, body = await post_offer(url, seed.read_text("utf-8", "replace"))
            assert status in (200, 400, 413, 422), (seed.name, status, body)


async def test_one_call_too_many_is_told_to_come_back() -> None:
    async with gateway(config=Config(max_sessions=1)) as url:
        first, second = Caller(url), Caller(url)
        assert (await post_offer(url, await first.offer()))[0] == 200
        status, body = await post_offer(url, await second.offer())
        assert status == 503 and body["error"]["retry_after_s"] > 0
        await first.hang_up()
        await second.hang_up()


async def test_a_call_that_never_connects_is_dropped() -> None:
    async with gateway(config=Config(connect_deadline_s=0.05)) as url:
        caller = Caller(url)
        assert (await post_offer(url, await caller.offer()))[0] == 200
        while (await health(url))["sessions"]:
            await asyncio.sleep(0)
        await caller.hang_up()


async def test_it_is_ready_once_the_model_is() -> None:
    async with gateway() as url:
        assert await get(f"{url}/readyz") == (200, {"status": "ready"})


async def test_metrics_are_text_that_prometheus_reads() -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        caller = Caller(url)
        assert (await post_offer(url, await caller.offer()))[0] == 200
        async with http.get(f"{url}/metrics") as response:
            assert response.status == 200 and response.content_type == "text/plain"
            shown = {family.name: family for family in parse(await response.text())}
        await caller.hang_up()
    assert shown["articgw_sessions"].samples[0].value == 1
    assert {"articgw_questions", "articgw_loop_lag_max_ms", "articgw_cap_bps"} <= set(shown)


async def test_while_it_drains_no_call_is_taken_and_it_says_so() -> None:
    served = Gateway(Config(), ScriptedBackend(echo))
    async with running(served) as url:
        await served.drain()
        assert await get(f"{url}/readyz") == (503, {"status": "draining"})
        assert (await get(f"{url}/healthz"))[0] == 200
        caller = Caller(url)
        status, body = await post_offer(url, await caller.offer())
        assert status == 503
        assert body["error"]["code"] == "closing" and body["error"]["retry_after_s"] > 0
        await caller.hang_up()


async def test_a_call_that_is_not_connected_does_not_hold_up_the_drain() -> None:
    served = Gateway(Config(connect_deadline_s=1000, drain_s=1000), ScriptedBackend(echo))
    async with running(served) as url:
        caller = Caller(url)
        assert (await post_offer(url, await caller.offer()))[0] == 200
        await served.drain()
        assert (await health(url))["sessions"] == 0
        await caller.hang_up()


async def test_each_call_leaves_a_trace_where_a_folder_is_set(tmp_path: Path) -> None:
    config = Config(trace_dir=tmp_path / "traces", connect_deadline_s=0.05)
    async with gateway(config=config) as url:
        caller = Caller(url)
        _, body = await post_offer(url, await caller.offer())
        await caller.hang_up()
        while (await health(url))["sessions"]:
            await asyncio.sleep(0)
    (path,) = (tmp_path / "traces").iterdir()
    assert read_trace(path).start.session == short_id(body["session"])
    assert body["session"] not in path.read_text()


def test_a_folder_for_traces_that_cannot_be_used_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="trace_dir"):
        Gateway(Config(trace_dir=tmp_path / "file"), ScriptedBackend(echo))
