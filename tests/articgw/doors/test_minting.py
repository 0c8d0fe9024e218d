"""Tokens for others: who may have them made, and what they open."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest

from articgw.config import Config
from articgw.tokens import Scope, mint
from tests.helpers.gateway import gateway

SECRET = "0123456789abcdef" * 2


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def minted(
    url: str, token: str, body: dict[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http:
        async with http.post(
            f"{url}/api/tokens", json=body or {}, headers=bearer(token)
        ) as response:
            return response.status, await response.json()


async def status_of(url: str, path: str, token: str) -> int:
    async with aiohttp.ClientSession() as http:
        async with http.get(url + path, headers=bearer(token)) as response:
            return response.status


async def test_the_secret_mints_a_token_that_opens_what_it_says() -> None:
    async with gateway(config=Config(token=SECRET)) as url:
        status, body = await minted(url, SECRET, {"scopes": ["ask"], "ttl_s": 60})
        assert (status, body["scopes"], body["expires_s"]) == (201, ["ask"], 60)
        assert await status_of(url, "/api/sessions", body["token"]) == 200
        assert await status_of(url, "/api/config", body["token"]) == 403
        assert await status_of(url, "/metrics", body["token"]) == 403


@pytest.mark.parametrize(
    ("scopes", "wanted", "status"),
    [
        (("create", "ask"), {}, 403),
        (("operate",), {}, 201),
        (("operate",), {"scopes": ["operate"]}, 403),
        (("operate",), {"scopes": []}, 400),
        (("operate",), {"scopes": ["root"]}, 400),
        (("operate",), {"ttl_s": 1e9}, 400),
    ],
)
async def test_who_may_mint_what(
    scopes: tuple[Scope, ...], wanted: dict[str, Any], status: int
) -> None:
    async with gateway(config=Config(token=SECRET)) as url:
        token = mint(SECRET, scopes=scopes, now=time.time())
        assert (await minted(url, token, wanted))[0] == status


async def test_where_no_secret_is_set_there_is_nothing_to_mint() -> None:
    async with gateway() as url:
        status, body = await minted(url, "any")
        assert (status, body["error"]["code"]) == (409, "no_secret")


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (mint(SECRET, scopes=["operate"], ttl_s=10, now=time.time() - 60), "token_expired"),
        (mint(SECRET[::-1], scopes=["operate"], now=time.time()), "unauthorized"),
    ],
)
async def test_expired_and_foreign_tokens_are_401_and_say_how_to_show_one(
    token: str, code: str
) -> None:
    async with gateway(config=Config(token=SECRET)) as url, aiohttp.ClientSession() as http:
        async with http.get(f"{url}/metrics", headers=bearer(token)) as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
            assert (await response.json())["error"]["code"] == code
