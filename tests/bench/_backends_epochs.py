"""A conversation about a picture per question, on llama.cpp: how much of each prompt is read anew.

epochs    `articgw.epoch`: appended until the prompt is full, then the newer half stays
sliding   as many pictures as the prompt may have, the oldest goes for each new one
newest    the newest picture alone, and nothing of what was said

Each round has all arms in an order of its own, each on pictures of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from articgw.backends import Shown
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.epoch import Epoch
from articgw.frame import Frame
from tests.bench._backends_vllm_ask import SIZE_PX, hear, new_frame
from tests.helpers.reader import MODEL, QUESTION

Row = dict[str, Any]

MOST = 8
"""Pictures in a prompt: 2,400 tokens."""
QUESTIONS = 16
ROUNDS, QUICK_ROUNDS = 6, 1
EVERY_S = 5.0
"""Between questions, as the epoch is told."""


class Memory(Protocol):
    """What stands before the newest picture."""

    def earlier(self, newest: Frame, *, now: float) -> tuple[Shown, ...]:
        """See `Epoch.earlier`."""

    def on_answer(self, frame: Frame, words: str, answer: str) -> None:
        """See `Epoch.on_answer`."""


@dataclass
class Sliding:
    """The last ones."""

    shown: list[Shown] = field(default_factory=list)

    def earlier(self, newest: Frame, *, now: float) -> tuple[Shown, ...]:
        """One less than fit."""
        return tuple(self.shown[-(MOST - 1) :])

    def on_answer(self, frame: Frame, words: str, answer: str) -> None:
        """One more."""
        self.shown.append(Shown(frame, words, answer))


ARMS: dict[str, Callable[[], Memory]] = {
    "epochs": lambda: Epoch(MOST),
    "sliding": Sliding,
    "newest": lambda: Epoch(1),
}


async def measure(url: str, rng: random.Random, *, quick: bool) -> list[Row]:
    """A row per question."""
    rows: list[Row] = []
    backend = OpenAIChatBackend(
        parse(f"openai:{MODEL}@{url}"),
        picture_px=max(SIZE_PX),
        evidence="none",
        max_tokens=4,
        frames=MOST,
    )
    await backend.start()
    try:
        for number in range(QUICK_ROUNDS if quick else ROUNDS):
            for arm in rng.sample(list(ARMS), len(ARMS)):
                rows += [{"part": "epochs", "arm": arm, "repeat": number, **row}
                         for row in await _conversation(backend, ARMS[arm](), rng)]  # fmt: skip
    finally:
        await backend.close()
    return rows


async def _conversation(
    backend: OpenAIChatBackend, memory: Memory, rng: random.Random
) -> list[Row]:
    rows: list[Row] = []
    for number in range(QUESTIONS):
        frame = new_frame(rng)
        earlier = memory.earlier(frame, now=EVERY_S * number)
        heard = await hear(backend, frame, earlier=earlier)
        usage = heard.reply.usage
        rows.append(
            {"pair": number, "pictures": len(earlier) + 1, "first_ms": heard.first_ms,
             "input_tokens": usage.input_tokens, "cached_tokens": usage.cached_tokens,
             "read_tokens": usage.input_tokens - usage.cached_tokens}
        )  # fmt: skip
        memory.on_answer(frame, QUESTION, heard.reply.written)
    return rows
