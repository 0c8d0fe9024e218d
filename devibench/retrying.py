"""Asking a server again: what it may yet do, as often as is allowed and as late as it asks.

Unavailable (429, 5xx, a deadline) and garbled replies are tried again, a refusal is not. Where the
server names a time it is waited for, up to `MOST_WAIT_S`; else twice as long each time.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from articgw.errors import BackendGarbled, BackendUnavailable

FIRST_WAIT_S, MOST_WAIT_S = 0.5, 60.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tries:
    """How often one server is asked the same, and how soon."""

    attempts: int = 4
    turn: Callable[[], Awaitable[None]] | None = None
    """Awaited before each request: a rate limit."""

    async def answer(self, ask: Callable[[], Awaitable[T]], count: Callable[[], None]) -> T:
        """What ``ask`` returns; ``count`` is called before each request. Raises the last
        `BackendError`."""
        async for trying in AsyncRetrying(
            retry=retry_if_exception_type((BackendUnavailable, BackendGarbled)),
            stop=stop_after_attempt(self.attempts), wait=_wait_s, reraise=True,
        ):  # fmt: skip
            with trying:
                if self.turn is not None:
                    await self.turn()
                count()
                return await ask()
        raise AssertionError("the last attempt returns or raises")


def _wait_s(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    asked_s = getattr(error, "retry_after_s", None)
    if asked_s is not None:
        return float(min(MOST_WAIT_S, max(0.0, asked_s)))
    # Never in step: what failed together would come back together.
    return min(MOST_WAIT_S, FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1)) * random.uniform(
        0.5, 1.0
    )
