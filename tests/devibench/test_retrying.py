"""What may yet succeed is asked again, and how soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from articgw.errors import BackendError, BackendGarbled, BackendRefused, BackendUnavailable
from devibench import retrying
from devibench.retrying import Tries


class Server:
    """Fails as it is told to, then answers."""

    def __init__(self, *errors: BackendError) -> None:
        self._errors = list(errors)
        self.asked = 0

    async def ask(self) -> str:
        if self._errors:
            raise self._errors.pop(0)
        return "EXIT"

    def count(self) -> None:
        self.asked += 1


@pytest.fixture(autouse=True)
def waited_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are noted, and take no time."""
    found: list[float] = []

    async def note(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    return found


@pytest.mark.parametrize(
    "error", [lambda: BackendUnavailable("busy"), lambda: BackendGarbled("torn", "")]
)
async def test_what_may_yet_succeed_is_asked_again(error: Callable[[], BackendError]) -> None:
    server = Server(error(), error())
    assert await Tries(3).answer(server.ask, server.count) == "EXIT"
    assert server.asked == 3


async def test_a_refusal_is_final() -> None:
    server = Server(BackendRefused("no key"))
    with pytest.raises(BackendRefused):
        await Tries(3).answer(server.ask, server.count)
    assert server.asked == 1


async def test_the_last_error_is_told() -> None:
    server = Server(BackendUnavailable("busy"), BackendGarbled("torn", "x"))
    with pytest.raises(BackendGarbled, match="torn"):
        await Tries(2).answer(server.ask, server.count)
    assert server.asked == 2


async def test_a_server_that_names_a_time_is_left_alone_so_long(waited_s: list[float]) -> None:
    server = Server(BackendUnavailable("busy", 7.5), BackendUnavailable("busy", 1e6))
    await Tries(3).answer(server.ask, server.count)
    assert waited_s == [7.5, retrying.MOST_WAIT_S]


async def test_others_are_left_alone_twice_as_long_each_time(waited_s: list[float]) -> None:
    server = Server(*[BackendUnavailable("busy")] * 12)
    await Tries(13).answer(server.ask, server.count)
    first = retrying.FIRST_WAIT_S
    for k, waited in enumerate(waited_s):
        most = min(retrying.MOST_WAIT_S, first * 2**k)
        assert most / 2 <= waited <= most


async def test_each_request_waits_for_its_turn() -> None:
    turns = []

    async def turn() -> None:
        turns.append(1)

    server = Server(BackendUnavailable("busy"))
    await Tries(3, turn).answer(server.ask, server.count)
    assert len(turns) == server.asked == 2
