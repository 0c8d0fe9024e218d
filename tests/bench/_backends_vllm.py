"""A real vLLM behind `OpenAIChatBackend`: what its caches bring, and how it takes our leaving and
our crowding. It runs where ``--vllm_python`` names an environment that has it, never in CI.

first     the first word on a picture of 299 tokens, by what the server has seen of it before;
          each round has all arms in an order of its own, each on a picture of its own
named     the same on a file of half a megabyte that it has: told by name, or sent again
cancel    from the caller's leaving until the server works on nothing
busy      one question more than it takes, and whether the others are left alone; it is turned away
          twice, for it is sent again once after a pause
reading   digits, clean and at a sixteenth of the resolution: what is read, and how surely
checks    see `_backends_vllm_checks`

The model has 1.2 million weights: ratios say what is not computed again, no more.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from articgw.backends import Backend, Prompt
from articgw.errors import BackendError
from articgw.frame import Frame
from articgw.testing import picture
from tests.bench import _backends_vllm_checks
from tests.bench._backends_vllm_ask import (
    DEADLINE_S,
    LARGE_PX,
    LONG_TOKENS,
    Endless,
    Nameless,
    detailed_frame,
    hear,
    new_frame,
    started,
)
from tests.bench._backends_vllm_server import AT_ONCE, running, until_free, vllm_server
from tests.helpers.reader import QUESTION, SIDE_PX, draw_digit

Row = dict[str, Any]

ROUNDS, QUICK_ROUNDS = 24, 5
OTHER_QUESTION = "Which colour is it?"
BLUR = 16


async def measure(python: Path, seed: int, quick: bool) -> list[Row]:
    """All rows; ``python`` is that of an environment that has vLLM."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    rng = random.Random(seed)
    began_t = time.monotonic()
    async with vllm_server(python) as url:
        rows: list[Row] = [{"part": "vllm start", "start_s": time.monotonic() - began_t}]
        for part in (_first, _named, _cancel, _busy, _reading):
            rows += await part(url, rng, rounds)
        return rows + await _backends_vllm_checks.rows_of(url, rng)


async def _cold(backend: Backend, frame: Frame) -> None:
    """The server never saw the picture."""


async def _warm(backend: Backend, frame: Frame) -> None:
    """It was asked something else about it."""
    await hear(backend, frame, OTHER_QUESTION)


async def _ahead(backend: Backend, frame: Frame) -> None:
    """It was read while the question was typed."""
    await backend.warm(Prompt("", frame), deadline_s=DEADLINE_S)


_ARMS: dict[str, Callable[[Backend, Frame], Awaitable[None]]] = {
    "cold": _cold,
    "warm": _warm,
    "ahead": _ahead,
}
"""What goes before the question, unmeasured."""


async def _first(url: str, rng: random.Random, rounds: int) -> list[Row]:
    rows: list[Row] = []
    async with started(url) as backend:
        await hear(backend, new_frame(rng))
        for number in range(rounds):
            for arm in rng.sample(list(_ARMS), len(_ARMS)):
                frame = new_frame(rng)
                await _ARMS[arm](backend, frame)
                heard = await hear(backend, frame)
                usage = heard.reply.usage
                rows.append(
                    {"part": "vllm first", "arm": arm, "repeat": number,
                     "first_ms": heard.first_ms, "cached_tokens": usage.cached_tokens,
                     "visual_tokens": usage.visual_tokens, "input_tokens": usage.input_tokens}
                )  # fmt: skip
    return rows


async def _named(url: str, rng: random.Random, rounds: int) -> list[Row]:
    rows: list[Row] = []
    px = max(LARGE_PX)
    async with (
        started(url, picture_px=px) as named,
        started(url, Nameless, picture_px=px) as nameless,
    ):
        arms = {"by name": named, "bytes": nameless}
        for number in range(rounds):
            for arm in rng.sample(list(arms), len(arms)):
                frame = detailed_frame(rng)
                await _warm(arms[arm], frame)
                heard = await hear(arms[arm], frame)
                rows.append({"part": "vllm named", "arm": arm, "repeat": number,
                             "first_ms": heard.first_ms,
                             "cached_tokens": heard.reply.usage.cached_tokens})  # fmt: skip
    return rows


async def _cancel(url: str, rng: random.Random, rounds: int) -> list[Row]:
    rows: list[Row] = []
    async with started(url, Endless, max_tokens=LONG_TOKENS) as backend:
        for number in range(rounds):
            await _begin(backend, new_frame(rng))
            free_ms = await until_free(url)
            rows.append({"part": "vllm cancel", "repeat": number, "free_ms": free_ms})
    return rows


async def _begin(backend: Backend, frame: Frame) -> None:
    """Ask, hear a word, leave."""
    async with aclosing(backend.ask(Prompt(QUESTION, frame), deadline_s=DEADLINE_S)) as pieces:
        async for _ in pieces:
            return


async def _busy(url: str, rng: random.Random, rounds: int) -> list[Row]:
    rows: list[Row] = []
    async with started(url, Endless, max_tokens=LONG_TOKENS) as backend:
        for number in range(rounds):
            long = [asyncio.create_task(hear(backend, new_frame(rng))) for _ in range(AT_ONCE)]
            while await running(url) < AT_ONCE and not any(task.done() for task in long):
                await asyncio.sleep(0.01)
            began_t = time.monotonic()
            told = "answered"
            try:
                await _begin(backend, new_frame(rng))
            except BackendError as error:
                told = "503" if "(503)" in str(error) else type(error).__name__
            told_ms = 1000 * (time.monotonic() - began_t)
            undisturbed = sum(task.cancel() for task in long)
            await asyncio.gather(*long, return_exceptions=True)
            rows.append({"part": "vllm busy", "seen": told, "repeat": number, "told_ms": told_ms,
                         "undisturbed": undisturbed})  # fmt: skip
            await until_free(url)
    return rows


async def _reading(url: str, rng: random.Random, rounds: int) -> list[Row]:
    rows: list[Row] = []
    async with started(url) as backend:
        for number in range(rounds):
            for blur in rng.sample((1, BLUR), 2):
                digit, rgb = draw_digit(rng, blur)
                frame = Frame(picture(SIDE_PX, SIDE_PX, rgb=rgb), 0.0)
                reply = (await hear(backend, frame)).reply
                rows.append({"part": "vllm reading", "arm": f"1/{blur}", "repeat": number,
                             "right": int(reply.text.strip() == digit),
                             "readability": reply.readability})  # fmt: skip
    return rows
