"""What is sent again, how often, and what never is."""

from __future__ import annotations

import pytest

from articgw.errors import BackendRefused, BackendUnavailable
from articgw.testing.servers.behaviours import (
    breaks_off,
    complains_in_stream,
    fails,
    hangs_up,
    refuses_field,
    says,
)
from tests.articgw.backends.conformance import ADAPTERS, ask

(ADAPTER,) = [one for one in ADAPTERS if one.name == "realtime"]
WELL = says("It says EXIT.")


async def test_before_the_first_word_once() -> None:
    for first in (fails(503, headers={"Retry-After": "0"}), hangs_up()):
        async with ADAPTER.server(first, WELL) as server:
            async with ADAPTER.backend(server.url) as backend:
                assert (await ask(backend))[1].text == "It says EXIT."
                assert len(server.asked) == 2


async def test_behind_it_never() -> None:
    for broken in (breaks_off(), complains_in_stream("died")):
        async with ADAPTER.server(broken, WELL) as server:
            async with ADAPTER.backend(server.url) as backend:
                with pytest.raises(BackendUnavailable):
                    await ask(backend)
                assert len(server.asked) == 1


async def test_without_a_refused_field_on_the_same_socket() -> None:
    async with ADAPTER.server(refuses_field("detail")) as server:
        async with ADAPTER.backend(server.url) as backend:
            await ask(backend)
            assert server.asked[0].peer == server.asked[1].peer


async def test_another_refusal_is_one() -> None:
    async with ADAPTER.server(refuses_field("input")) as server:
        async with ADAPTER.backend(server.url) as backend:
            with pytest.raises(BackendRefused, match="input"):
                await ask(backend)
