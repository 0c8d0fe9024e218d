"""The first word on a prompt that the server has read before, against one that it has not.

llama.cpp with the tiny reader: its picture is nine tokens, so the ratio says more of the vision
tower and of the instructions than of a real model's prefill. `_backends_epochs` and
`_backends_ahead` show it pictures of 299 tokens.
"""

from __future__ import annotations

import random
import time
from typing import Any

from articgw.backends import Prompt
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.frame import Frame
from articgw.testing import picture
from tests.bench import _backends_ahead, _backends_epochs
from tests.helpers.reader import MODEL, QUESTION, SIDE_PX, draw_digit, reader_server

Row = dict[str, Any]

PAIRS, QUICK_PAIRS = 40, 8


async def measure(*, seed: int, quick: bool) -> list[Row]:
    """A row per pair: cold first, then warm, on a new picture each."""
    rng, rows = random.Random(seed), []
    async with reader_server() as url:
        backend = OpenAIChatBackend(
            parse(f"openai:{MODEL}@{url}"), picture_px=SIDE_PX, evidence="none", max_tokens=8
        )
        await backend.start()
        try:
            for pair in range(QUICK_PAIRS if quick else PAIRS):
                frame = Frame(picture(SIDE_PX, SIDE_PX, rgb=draw_digit(rng)[1]), 0.0)
                cold_ms, warm_ms = [await _first_ms(backend, frame) for _ in range(2)]
                rows.append({"part": "warm", "pair": pair, "cold_ms": cold_ms, "warm_ms": warm_ms})
        finally:
            await backend.close()
    async with reader_server(never_stops=True) as url:
        rows += await _backends_epochs.measure(url, rng, quick=quick)
        rows += await _backends_ahead.measure(url, rng, quick=quick)
    return rows


async def _first_ms(backend: OpenAIChatBackend, frame: Frame) -> float:
    began_t = time.monotonic()
    first_t = began_t
    async for _ in backend.ask(Prompt(QUESTION, frame), deadline_s=20.0):
        if first_t == began_t:
            first_t = time.monotonic()
    return 1000 * (first_t - began_t)
