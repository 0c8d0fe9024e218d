"""A server takes one behaviour after the other, and the last one for ever."""

from __future__ import annotations

import aiohttp

from articgw.testing.servers import ModelServer
from articgw.testing.servers.behaviours import fails, says
from articgw.testing.servers.chat import CHAT

BODY = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "s"},
        {"role": "user", "content": [{"image_url": {"url": "x"}}, {"text": "?"}]},
    ],
}


async def test_behaviours_in_their_order() -> None:
    async with ModelServer(CHAT, fails(503), says("It")) as server, aiohttp.ClientSession() as http:
        statuses = []
        for _ in range(3):
            async with http.post(f"{server.url}/chat/completions", json=BODY) as response:
                statuses.append(response.status)
                await response.read()
        async with http.get(f"{server.url}/models") as response:
            assert response.status == 200
    assert statuses == [503, 200, 200] and len(server.asked) == 3
    assert server.open == server.left == 0
