"""HTTP: what is refused, with which status, and that nothing of it disturbs anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest

from articgw.config import Config, IceServer
from tests.articgw.test_offer import CANDIDATE, FINGERPRINT, HEAD, VIDEO
from tests.helpers.gateway import gateway
from tests.integration.caller import Caller, health, post_offer

TOKEN = "0123456789abcdef" * 2
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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nope", 404),
        ("/page/../server.py", 404),
        ("/page/%2e%2e/server.py", 404),
        ("/api/sessions/x/looks/1.jpg", 404),
    ],
)
async def test_what_is_not_there_is_said_so(path: str, status: int) -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}{path}") as response:
            assert response.status == status
            assert (await response.json())["error"]["message"]


async def test_wrong_method() -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/offer") as response:
            assert response.status == 405


async def test_the_page_is_served_and_may_load_nothing_from_elsewhere() -> None:
    async with gateway() as url, aiohttp.ClientSession() as http, http.get(url) as response:
        assert response.status == 200 and response.content_type == "text/html"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def test_nothing_of_a_call_is_kept_by_caches() -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        for path, cached in (("/", "no-cache"), ("/page/main.js", "no-cache"),
                             ("/api/config", "no-store"), ("/healthz", "no-store")):  # fmt: skip
            async with http.get(url + path) as response:
                assert response.headers["Cache-Control"] == cached


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"Authorization": "Bearer \xe4"}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
async def test_a_token_is_asked_for(headers: dict[str, str], status: int) -> None:
    config = Config(token=TOKEN, ice_servers=(IceServer("turn:t", "user", "secret"),))
    async with gateway(config=config) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/api/config", headers=headers) as response:
            assert response.status == status
            assert ("secret" in await response.text()) == (status == 200)
        async with http.post(f"{url}/offer", data=b"{}", headers={**JSON, **headers}) as response:
            assert response.status == (401 if status == 401 else 400)
        async with http.get(f"{url}/healthz") as response:
            assert response.status == 200


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
