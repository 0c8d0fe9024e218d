"""Twenty sessions that ask every five seconds, fed without a network, before a fast server.

Measured is what the gateway adds: from the question to its request at the server, and from the
server's first word to the person; how late the event loop is; what memory does. Media capacity is
another bench's.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Typing
from articgw.testing import FakeClock, LoopbackPeer, loopback_call, picture
from tests.bench._backends_server import fast_server, times_in

Row = dict[str, Any]

SESSIONS = 20
EVERY_S = 5.0
SECONDS, QUICK_SECONDS = 600.0, 40.0
WARM_UP_S = 60.0
"""Of memory: caches fill."""
FPS = 5
TYPING_S = 0.5
WORDS = 40
TICK_S = 0.01


class Samples:
    """So many numbers, in memory that is taken at the start: what the process grows by is the
    gateway's."""

    def __init__(self, most: int) -> None:
        self._kept = np.full(most, np.nan)
        self._count = 0

    def add(self, value: float) -> None:
        """One more; forgotten where there are too many already."""
        if self._count < len(self._kept):
            self._kept[self._count] = value
            self._count += 1

    @property
    def all(self) -> NDArray[np.float64]:
        """In their order."""
        return self._kept[: self._count]


class WallClock(FakeClock):
    """The real one, for peers that want a clock that stands still."""

    def __call__(self) -> float:
        return time.monotonic()


async def measure(*, seed: int, quick: bool) -> list[Row]:
    """One row."""
    seconds = QUICK_SECONDS if quick else SECONDS
    rng = random.Random(seed)
    lasts_s = seconds + EVERY_S + TYPING_S
    delays_ms = Samples(round(2 * SESSIONS * lasts_s / EVERY_S))
    lags_ms = Samples(round(lasts_s / TICK_S))
    memory = Samples(round(lasts_s)), Samples(round(lasts_s))
    async with fast_server() as base, asyncio.TaskGroup() as tasks:
        backend = OpenAIChatBackend(parse(f"openai:tiny@{base}/{WORDS}"))
        await backend.start()
        watching = [tasks.create_task(_lag(lags_ms)), tasks.create_task(_memory(memory))]
        ends_t = time.monotonic() + seconds
        begins_s = [rng.random() * EVERY_S for _ in range(SESSIONS)]
        asking = [
            tasks.create_task(_session(backend, delays_ms, begins, ends_t)) for begins in begins_s
        ]
        await asyncio.gather(*asking)
        for task in watching:
            task.cancel()
        await backend.close()
    return [
        {
            "part": "gateway",
            "sessions": SESSIONS,
            "answers": len(delays_ms.all),
            "delay_p50_ms": float(np.percentile(delays_ms.all, 50)),
            "delay_p95_ms": float(np.percentile(delays_ms.all, 95)),
            "lag_p99_ms": float(np.percentile(lags_ms.all, 99)),
            "lag_max_ms": float(lags_ms.all.max()),
            "memory_slope_mib_h": slope_mib_h(*(one.all for one in memory)),
            "memory_mib": float(memory[1].all[-1]),
            "watched_s": seconds,
        }
    ]


async def _session(
    backend: OpenAIChatBackend, delays_ms: Samples, begins_s: float, ends_t: float
) -> None:
    async with _unstopped(backend) as peer:
        filming = asyncio.create_task(_film(peer))
        await asyncio.sleep(begins_s + TYPING_S)
        number = 0
        while time.monotonic() < ends_t:
            number += 1
            peer.say(Typing())
            await asyncio.sleep(TYPING_S)
            asked_t = time.monotonic()
            peer.say(Ask(id=str(number), text="What does the sign say?"))
            first = await peer.hears(AnswerDelta)
            heard_t = time.monotonic()
            arrived_t, left_t = times_in(first.text)
            delays_ms.add(1000 * (arrived_t - asked_t + heard_t - left_t))
            await peer.hears(AnswerDone)
            peer.heard.clear()
            await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - asked_t) - TYPING_S))
        filming.cancel()


class _Shared:
    """The back end, which does not end with the first of its calls."""

    def __init__(self, backend: OpenAIChatBackend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    async def close(self) -> None:
        """Not yet."""


def _unstopped(backend: OpenAIChatBackend) -> Any:
    return loopback_call(_Shared(backend), clock=WallClock())


async def _film(peer: LoopbackPeer) -> None:
    shown = picture(1280, 720)
    while True:
        peer.show(shown)
        await asyncio.sleep(1 / FPS)


async def _lag(lags_ms: Samples) -> None:
    now = asyncio.get_running_loop().time
    while True:
        due_t = now() + TICK_S
        await asyncio.sleep(TICK_S)
        lags_ms.add(max(0.0, 1000 * (now() - due_t)))


async def _memory(seen: tuple[Samples, Samples]) -> None:
    """When, s, and how much, MiB."""
    process, began_t = psutil.Process(), time.monotonic()
    while True:
        await asyncio.sleep(1.0)
        seen[0].add(time.monotonic() - began_t)
        seen[1].add(process.memory_info().rss / 2**20)


def slope_mib_h(times_s: NDArray[np.float64], mib: NDArray[np.float64]) -> float | None:
    """MiB per hour behind the warm-up, by least squares; None where too little was seen."""
    late = times_s >= WARM_UP_S
    if late.sum() < 60:
        return None
    return 3600 * float(np.polyfit(times_s[late], mib[late], 1)[0])
