"""A back end and a question for it, as most tests here want them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from articgw.backends import Prompt, Reply
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.frame import Frame
from articgw.testing import picture
from tests.helpers.chat_server import MODEL

KEY = "sk-SENTINEL-0123456789"
PROMPT = Prompt("What does the sign say?", Frame(picture(640, 360), 0.0))


@asynccontextmanager
async def backend_at(url: str, **options: Any) -> AsyncGenerator[OpenAIChatBackend]:
    """Started, and closed at the end."""
    backend = OpenAIChatBackend(parse(f"openai:{MODEL}@{url}"), api_key=KEY, **options)
    await backend.start()
    try:
        yield backend
    finally:
        await backend.close()


async def ask(backend: OpenAIChatBackend, deadline_s: float = 10.0) -> tuple[list[str], Reply]:
    """The pieces of an answer and its reply."""
    *pieces, reply = [one async for one in backend.ask(PROMPT, deadline_s=deadline_s)]
    assert isinstance(reply, Reply)
    return [str(piece) for piece in pieces], reply
