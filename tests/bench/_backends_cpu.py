"""Processor time per streamed token: ours beside OpenAI's own client, the same server and words.

Arms are interleaved, and the server is a process of its own. An answer of so many words makes what
belongs to the question (picture, connection) small beside what belongs to each token.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import openai

from articgw.backends import Prompt
from articgw.backends.openai_chat import OpenAIChatBackend, parse
from articgw.frame import Frame
from articgw.testing import picture
from tests.bench._backends_server import fast_server

Row = dict[str, Any]

WORDS = 512
ANSWERS = 10
REPEATS, QUICK_REPEATS = 9, 3
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4AAQ"}}


async def measure(*, quick: bool) -> list[Row]:
    """A row per arm and repeat."""
    prompt = Prompt("What does it say?", Frame(picture(64, 48), 0.0))
    async with fast_server() as base:
        url = f"{base}/{WORDS}"
        backend = OpenAIChatBackend(parse(f"openai:tiny@{url}"), evidence="none")
        await backend.start()
        sdk = openai.AsyncOpenAI(base_url=url, api_key="k", max_retries=0)

        async def ours() -> int:
            pieces = [one async for one in backend.ask(prompt, deadline_s=30.0)]
            return len(pieces) - 1

        async def theirs() -> int:
            content: Any = [IMAGE, {"type": "text", "text": prompt.question}]
            stream = await sdk.chat.completions.create(
                model="tiny",
                stream=True,
                logprobs=True,
                stream_options={"include_usage": True},
                messages=[{"role": "user", "content": content}],
            )
            text = [
                chunk.choices[0].delta.content
                async for chunk in stream
                if chunk.choices and chunk.choices[0].delta.content
            ]
            return len(text)

        arms: dict[str, Callable[[], Awaitable[int]]] = {"ours": ours, "openai client": theirs}
        rows: list[Row] = []
        try:
            for arm in arms.values():
                await arm()
            for repeat in range(QUICK_REPEATS if quick else REPEATS):
                for name, arm in arms.items():
                    began_s, tokens = time.process_time(), 0
                    for _ in range(ANSWERS):
                        tokens += await arm()
                    spent_us = 1e6 * (time.process_time() - began_s) / tokens
                    row = {"arm": name, "repeat": repeat, "us_per_token": spent_us}
                    rows.append({"part": "cpu", **row, "tokens": tokens})
        finally:
            await backend.close()
            await sdk.close()
    return rows
