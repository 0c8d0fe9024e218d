"""Sockets are used again while they live, are young and are few."""

from __future__ import annotations

import aiohttp

from articgw.backends.wire import sockets as module
from articgw.backends.wire.sockets import MAX_IDLE, Socket, Sockets
from articgw.testing.servers import ModelServer
from articgw.testing.servers.realtime import REALTIME


async def test_the_last_one_is_taken_first_and_too_many_are_closed() -> None:
    async with ModelServer(REALTIME) as server, aiohttp.ClientSession() as http:
        sockets = Sockets(http, f"{server.url}/realtime?model=m")
        taken = [await sockets.take() for _ in range(MAX_IDLE + 1)]
        assert not any(one.is_used for one in taken)
        for one in taken:
            sockets.give_back(one)
        again = await sockets.take()
        assert again.is_used and again.ws is taken[MAX_IDLE - 1].ws
        fresh = await sockets.take(fresh=True)
        assert not fresh.is_used
        for one in (again, fresh):
            sockets.drop(one)
        await sockets.close()
        assert all(one.ws.closed for one in taken)


async def test_closed_and_old_ones_are_not_taken() -> None:
    async with ModelServer(REALTIME) as server, aiohttp.ClientSession() as http:
        sockets = Sockets(http, f"{server.url}/realtime?model=m")
        closed, old = await sockets.take(), await sockets.take()
        await closed.ws.close()
        sockets.give_back(closed)
        sockets.give_back(Socket(old.ws, old.opened_t - module.MAX_AGE_S, is_used=True))
        fresh = await sockets.take()
        assert not fresh.is_used and fresh.ws not in (closed.ws, old.ws)
        await fresh.ws.close()
        await sockets.close()
