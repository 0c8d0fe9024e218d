"""What is wrong with a body is said with the fields that it should have."""

from __future__ import annotations

import aiohttp
import pytest

from tests.helpers.gateway import gateway


@pytest.mark.parametrize("path", ["/offer", "/api/offer"])
async def test_a_body_that_is_wrong_is_told_what_is_expected(path: str) -> None:
    async with gateway() as url, aiohttp.ClientSession() as http:
        async with http.post(url + path, json={"sdp": 3}) as response:
            assert response.status == 400
            message = (await response.json())["error"]["message"]
    assert '"sdp", "type"' in message
