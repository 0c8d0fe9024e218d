"""Questions to a real vLLM, through the adapter that the gateway asks with."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import numpy as np

from articgw.backends import Backend, Prompt, Reply, Shown
from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.backends.openai_chat.speech import CHAT
from articgw.backends.wire.served import ServedBackend
from articgw.frame import Frame
from articgw.testing import picture
from articgw.tools.toolset import NO_TOOLS, Toolset
from tests.helpers.reader import MODEL, QUESTION

SIZE_PX = (640, 360)
LARGE_PX = (1280, 720)
VISUAL_TOKENS = 299
"""Of such a picture."""
DEADLINE_S = 30.0
LONG_TOKENS = 7000
_TILE_PX = 40


class Endless(OpenAIChatBackend):
    """Asks for an answer without an end."""

    speech = replace(CHAT, request=lambda *asked: {**CHAT.request(*asked), "ignore_eos": True})


class Nameless(OpenAIChatBackend):
    """Sends each picture each time."""

    speech = replace(
        CHAT,
        menu=replace(
            CHAT.menu, wanted=lambda wish: CHAT.menu.wanted(replace(wish, keeps_named=False))
        ),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer and its times, from the question on."""

    reply: Reply
    first_ms: float
    whole_ms: float
    pieces: int


@asynccontextmanager
async def started(
    url: str,
    kind: type[ServedBackend] = OpenAIChatBackend,
    *,
    model: str = MODEL,
    evidence: EvidenceBy = "none",
    max_tokens: int = 8,
    picture_px: int = max(SIZE_PX),
) -> AsyncGenerator[ServedBackend]:
    """A back end, until the context ends."""
    family = kind.speech.family
    target = parse(f"{family.name}:{model}@{url}", family)
    backend = kind(
        target, picture_px=picture_px, evidence=evidence, max_tokens=max_tokens, warm="own"
    )
    await backend.start()
    try:
        yield backend
    finally:
        await backend.close()


def new_frame(rng: random.Random) -> Frame:
    """A picture that was never shown."""
    width_px, height_px = SIZE_PX
    size = (height_px // _TILE_PX, width_px // _TILE_PX, 3)
    tiles = np.random.default_rng(rng.randrange(1 << 32)).integers(0, 256, size, np.uint8)
    rgb = tiles.repeat(_TILE_PX, 0).repeat(_TILE_PX, 1)
    return Frame(picture(width_px, height_px, rgb=rgb), 0.0)


def detailed_frame(rng: random.Random) -> Frame:
    """One of 720 lines whose JPEG is large: half a megabyte."""
    width_px, height_px = LARGE_PX
    size = (height_px // 2, width_px // 2, 3)
    grain = np.random.default_rng(rng.randrange(1 << 32)).integers(60, 200, size, np.uint8)
    return Frame(picture(width_px, height_px, rgb=grain.repeat(2, 0).repeat(2, 1)), 0.0)


async def hear(
    backend: Backend,
    frame: Frame,
    question: str = QUESTION,
    *,
    toolset: Toolset = NO_TOOLS,
    earlier: tuple[Shown, ...] = (),
    deadline_s: float = DEADLINE_S,
) -> Heard:
    """The whole answer. Raises `BackendError`."""
    began_t = time.monotonic()
    first_ms, pieces, reply = 0.0, 0, None
    prompt = Prompt(question, frame, toolset=toolset, earlier=earlier)
    async for piece in backend.ask(prompt, deadline_s=deadline_s):
        first_ms = first_ms or 1000 * (time.monotonic() - began_t)
        if isinstance(piece, Reply):
            reply = piece
        else:
            pieces += 1
    assert reply is not None
    return Heard(reply, first_ms, 1000 * (time.monotonic() - began_t), pieces)
