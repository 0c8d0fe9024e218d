"""Whether our adapters and a real vLLM understand each other: chat completions, and Anthropic's
messages, which it speaks as well."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

from articgw.backends import Prompt
from articgw.backends.anthropic import AnthropicBackend
from articgw.errors import BackendError, BackendRefused, BackendUnavailable
from articgw.frame import Frame
from articgw.tools.toolset import Toolset
from tests.articgw.backends.conformance import PRICE
from tests.bench._backends_vllm_ask import (
    DEADLINE_S,
    LONG_TOKENS,
    VISUAL_TOKENS,
    Endless,
    hear,
    new_frame,
    started,
)
from tests.bench._backends_vllm_server import kill_engine, until_free
from tests.helpers.reader import QUESTION

Row = dict[str, Any]

IDLE_S = 6.0
"""vLLM hangs up after 5."""


async def rows_of(url: str, rng: random.Random) -> list[Row]:
    """A row per check."""
    rows: list[Row] = []
    for check in CHECKS:
        why = ""
        try:
            await check(url, new_frame(rng))
        except (AssertionError, BackendError) as error:
            why = f"{type(error).__name__}: {error}"
        rows.append(
            {"part": "vllm checks", "seen": check.__name__, "passed": int(not why), "why": why}
        )
    return rows


async def streams(url: str, frame: Frame) -> None:
    """Words come one by one."""
    async with started(url, Endless, max_tokens=50) as backend:
        heard = await hear(backend, frame)
    assert heard.pieces > 10 and heard.first_ms < heard.whole_ms, heard
    assert heard.reply.finish == "length" and heard.reply.text, heard


async def tells_usage(url: str, frame: Frame) -> None:
    """Tokens of all kinds."""
    async with started(url, Endless, max_tokens=5) as backend:
        usage = (await hear(backend, frame)).reply.usage
    assert usage.visual_tokens == VISUAL_TOKENS and usage.output_tokens == 5, usage
    assert usage.input_tokens > usage.visual_tokens and usage.cached_tokens == 0, usage


async def keeps_the_deadline(url: str, frame: Frame) -> None:
    """And the server stops working then."""
    async with started(url, Endless, max_tokens=LONG_TOKENS) as backend:
        began_t = time.monotonic()
        try:
            await hear(backend, frame, deadline_s=1.0)
        except BackendUnavailable:
            assert time.monotonic() - began_t < 1.5, "late"
        else:
            raise AssertionError("it answered all the same")
        assert await until_free(url) is not None, "it works on"


async def names_an_unknown_model(url: str, frame: Frame) -> None:
    """404."""
    async with started(url, model="nobody") as backend:
        try:
            await hear(backend, frame)
        except BackendRefused as error:
            assert "(404)" in str(error), error
        else:
            raise AssertionError("it answered all the same")


async def forces_a_schema(url: str, frame: Frame) -> None:
    """The text is out of the schema's first field, with weights that never saw JSON."""
    async with started(url, evidence="schema", max_tokens=1000) as backend:
        reply = (await hear(backend, frame)).reply
    assert reply.text and "{" not in reply.text and '"' not in reply.text, reply.text


async def goes_without_tools(url: str, frame: Frame) -> None:
    """Started without a parser of tool calls, it refuses them; the question is asked without."""
    async with started(url) as backend:
        assert backend.takes_tools
        reply = (await hear(backend, frame, toolset=Toolset((PRICE,)))).reply
        assert reply.text and not backend.takes_tools, reply


async def asks_after_a_rest(url: str, frame: Frame) -> None:
    """Longer than the server keeps a connection."""
    async with started(url) as backend:
        await hear(backend, frame)
        await asyncio.sleep(IDLE_S)
        assert (await hear(backend, frame)).reply.text


async def speaks_messages(url: str, frame: Frame) -> None:
    """The same server, asked as Anthropic's; ``schema`` and refused tools included."""
    async with started(url, AnthropicBackend, evidence="schema", max_tokens=1000) as backend:
        heard = await hear(backend, frame, toolset=Toolset((PRICE,)))
    reply = heard.reply
    assert heard.pieces > 1 and "{" not in reply.text, reply
    assert not backend.takes_tools and reply.usage.input_tokens > VISUAL_TOKENS, reply


async def forgets_a_picture(url: str, frame: Frame) -> None:
    """One that it is told by a name which it does not know is sent to it."""
    async with started(url) as backend:
        await hear(backend, frame)
        other = await backend._pictures.of(new_frame(random.Random(0)))
        backend._named.on_sent([other])
        reply = (await hear(backend, new_frame(random.Random(0)))).reply
    assert reply.text, reply


async def tells_that_it_died(url: str, frame: Frame) -> None:
    """Its engine is killed in the middle of an answer. The last check: nothing runs behind it."""
    async with started(url, Endless, max_tokens=LONG_TOKENS) as backend:
        died_t = None
        try:
            async for _ in backend.ask(Prompt(QUESTION, frame), deadline_s=DEADLINE_S):
                if died_t is None:
                    kill_engine()
                    died_t = time.monotonic()
        except BackendUnavailable:
            assert died_t is not None and time.monotonic() - died_t < 2.0, "late"
        else:
            raise AssertionError("it answered all the same")


CHECKS = (
    forgets_a_picture,
    streams,
    tells_usage,
    keeps_the_deadline,
    names_an_unknown_model,
    forces_a_schema,
    goes_without_tools,
    asks_after_a_rest,
    speaks_messages,
    tells_that_it_died,
)
