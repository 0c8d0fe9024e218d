"""From a question to its first word, where the model read the picture while it was typed, and where
it did not: whole sessions before llama.cpp.

The picture stands still but for the noise of a camera. Each round has both arms in an order of its
own, each on a picture of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from typing import Any

import numpy as np

from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.backends.wire.server import Warm
from articgw.config import Config
from articgw.protocol import AnswerDelta, AnswerDone, Ask, Typing
from articgw.testing import FakeClock, LoopbackPeer, loopback_call, picture
from tests.bench._backends_vllm_ask import SIZE_PX, new_frame
from tests.helpers.reader import MODEL, QUESTION

Row = dict[str, Any]

ROUNDS, QUICK_ROUNDS = 24, 4
TYPES_S, FPS = 1.0, 15
ARMS: dict[str, Warm] = {"ahead": "own", "not ahead": "off"}


class RealClock(FakeClock):
    """The machine's."""

    def __call__(self) -> float:
        """Seconds."""
        return time.monotonic()


async def measure(url: str, rng: random.Random, *, quick: bool) -> list[Row]:
    """A row per question."""
    rows: list[Row] = []
    async with AsyncExitStack() as stack:
        peers: dict[str, LoopbackPeer] = {}
        for arm, warm in ARMS.items():
            backend = OpenAIChatBackend(
                parse(f"openai:{MODEL}@{url}"),
                picture_px=max(SIZE_PX),
                evidence="none",
                max_tokens=16,
                warm=warm,
            )
            call = loopback_call(backend, config=Config(), clock=RealClock())
            peers[arm] = await stack.enter_async_context(call)
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            for arm in rng.sample(list(ARMS), len(ARMS)):
                row = await _question(peers[arm], rng, f"q{number}")
                rows.append({"part": "ahead", "arm": arm, "repeat": number, **row})
    return rows


async def _question(peer: LoopbackPeer, rng: random.Random, name: str) -> Row:
    rgb = new_frame(rng).picture.to_ndarray(format="rgb24").astype(np.int16)
    noise = np.random.default_rng(rng.randrange(1 << 32))
    for step in range(round(TYPES_S * FPS)):
        if step % 5 == 0:
            peer.say(Typing())
        noisy = np.clip(rgb + noise.integers(-2, 3, rgb.shape), 0, 255).astype(np.uint8)
        peer.show(picture(*SIZE_PX, rgb=noisy))
        await asyncio.sleep(1 / FPS)
    began_t = time.monotonic()
    peer.say(Ask(id=name, text=QUESTION))
    await peer.hears(AnswerDelta)
    first_ms = 1000 * (time.monotonic() - began_t)
    done = await peer.hears(AnswerDone)
    return {
        "first_ms": first_ms,
        "frame_age_ms": done.frame_age_ms,
        "input_tokens": done.tokens.input,
        "cached_tokens": done.tokens.cached,
    }
