"""Who comes in over HTTP, and what everybody else is told."""

from __future__ import annotations

import aiohttp
import pytest

from articgw.config import Config, IceServer
from articgw.gate import Refusal
from tests.helpers.gateway import gateway

TOKEN = "0123456789abcdef" * 2
BEARER = {"Authorization": f"Bearer {TOKEN}"}
JSON = {"Content-Type": "application/json"}


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
        for path, cached in (
            ("/", "no-cache"),
            ("/page/main.js", "no-cache"),
            ("/client.js", "no-cache"),
            ("/api/config", "no-store"),
            ("/healthz", "no-store"),
        ):
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


@pytest.mark.parametrize(("headers", "status"), [({}, 401), (BEARER, 200)])
async def test_figures_need_the_token_and_health_does_not(
    headers: dict[str, str], status: int
) -> None:
    async with gateway(config=Config(token=TOKEN)) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/metrics", headers=headers) as response:
            assert response.status == status
            assert ("articgw_sessions" in await response.text()) == (status == 200)
        for path in ("/healthz", "/readyz"):
            async with http.get(url + path) as response:
                assert response.status == 200


def test_a_refusal_says_when_to_come_back() -> None:
    response = Refusal(503, "busy", "later", retry_after_s=5).response()
    assert response.status == 503 and response.headers["Retry-After"] == "5"
    assert response.text is not None and '"retry_after_s": 5' in response.text
