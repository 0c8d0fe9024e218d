"""What is the Realtime API's own; the rest is held by ../test_conformance.py."""

from __future__ import annotations

from articgw.backends import registry
from articgw.backends.realtime import RealtimeBackend
from articgw.config import Config
from articgw.testing.servers.behaviours import says
from tests.articgw.backends.conformance import ADAPTERS, ask

(ADAPTER,) = [one for one in ADAPTERS if one.name == "realtime"]


def test_it_is_chosen_by_name() -> None:
    backend = registry.load(Config(backend="realtime:m@wss://127.0.0.1:1/v1/realtime"))
    assert isinstance(backend, RealtimeBackend) and backend.model == "m"


async def test_questions_share_a_connection_and_no_conversation() -> None:
    async with ADAPTER.server(says("It")) as server, ADAPTER.backend(server.url) as backend:
        await ask(backend)
        await ask(backend)
        assert server.asked[0].peer == server.asked[1].peer
        for asked in server.asked:
            assert asked.body["response"]["conversation"] == "none"
            assert len(asked.body["response"]["input"]) == 1
