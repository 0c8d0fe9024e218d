"""What every adapter has to do, as data: checks for `test_conformance.py` and for the bench.

A check is a coroutine that asserts. It is given an adapter: how its servers answer, what makes the
back end, and a model's name of its family, whose boxes have that family's coordinates.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import pytest

from artic_abr import ReadabilitySource
from articgw.backends import Backend, Prompt, Reply, Usage
from articgw.backends.adapters import adapter_for
from articgw.backends.behind.boxes import convention_of
from articgw.backends.families import (
    ANTHROPIC,
    GEMINI,
    GEMINI_LIVE,
    OLLAMA,
    OPENAI,
    REALTIME,
    Family,
)
from articgw.backends.wire.target import parse
from articgw.errors import BackendUnavailable
from articgw.frame import Frame
from articgw.testing import picture
from articgw.testing.servers import ModelServer, Wire, live, realtime
from articgw.testing.servers.behaviours import (
    Behaviour,
    calls,
    hangs_up,
    refuses_field,
    says,
    stalls,
)
from articgw.testing.servers.chat import CHAT
from articgw.testing.servers.generate import GENERATE, VISUAL_TOKENS
from articgw.testing.servers.messages import MESSAGES
from articgw.testing.servers.ollama import OLLAMA_CHAT
from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS
from articgw.tools.spec import Schema, Tool
from articgw.tools.toolset import OUR_IDS, Result, Round, Toolset

KEY = "sk-SENTINEL-0123456789"
QUESTION = "What does the SENTINEL sign say?"
TEXT = "It says EXIT."
SIZE_PX = (640, 360)
BOX = (0.1, 0.2, 0.5, 0.6)
GAP_S = 0.4
PRICE = Tool(
    name="price",
    description="What an article costs.",
    parameters=Schema(
        type="object", properties={"article": Schema(type="string")}, required=("article",)
    ),
)
TIME = Tool(name="time", description="What time it is.")
WANTED: tuple[tuple[str, dict[str, str]], ...] = (
    ("price", {"article": 'a "red" cup'}),
    ("time", {}),
    ("price", {"article": "tea"}),
)


@dataclass(frozen=True)
class Adapter:
    """One family."""

    family: Family
    wire: Wire
    model: str
    optional: str
    """A field that its servers may refuse."""
    usage: Usage
    """Of a text of three words."""
    logprobs: bool = True
    schema: bool = True
    tells_limit: bool = True
    tools: bool = True
    warms: bool = True
    remembers: bool = True

    @property
    def name(self) -> str:
        """As in --backend."""
        return self.family.name

    def server(self, *behaviours: Behaviour, **options: Any) -> ModelServer:
        """One of its servers."""
        return ModelServer(self.wire, *behaviours, **options)

    @asynccontextmanager
    async def backend(self, url: str, **options: Any) -> AsyncGenerator[Backend]:
        """Started, and closed at the end."""
        target = parse(f"{self.name}:{self.model}@{url}", self.family)
        backend = adapter_for(self.family)(target, api_key=KEY, **options)
        await backend.start()
        try:
            yield backend
        finally:
            await backend.close()

    def box(self) -> list[float]:
        """`BOX` as its models write it."""
        convention = convention_of(self.model)
        across, down = convention.whole(SIZE_PX)
        x0, y0, x1, y1 = BOX
        ordered = (y0, x0, y1, x1) if convention.y_first else (x0, y0, x1, y1)
        scales = (down, across) * 2 if convention.y_first else (across, down) * 2
        return [value * scale for value, scale in zip(ordered, scales, strict=True)]

    def look(self) -> dict[str, object]:
        """What rides behind an answer."""
        return {"readability": 80, "regions": [{"label": "EXIT", "box": self.box()}]}


def _usage(**more: int) -> Usage:
    return Usage(input_tokens=INPUT_TOKENS, output_tokens=3, **more)


ADAPTERS = (
    Adapter(OPENAI, CHAT, "gpt-6-luna", "temperature", _usage(cached_tokens=CACHED_TOKENS)),
    Adapter(ANTHROPIC, MESSAGES, "claude-5", "thinking", _usage(cached_tokens=CACHED_TOKENS),
            logprobs=False),
    Adapter(GEMINI, GENERATE, "gemini-3.8-flash", "mediaResolution",
            _usage(cached_tokens=CACHED_TOKENS, visual_tokens=VISUAL_TOKENS)),
    Adapter(OLLAMA, OLLAMA_CHAT, "qwen3-vl:4b", "think", _usage()),
    Adapter(REALTIME, realtime.REALTIME, "gpt-realtime-2.1", "detail",
            _usage(cached_tokens=CACHED_TOKENS, visual_tokens=realtime.VISUAL_TOKENS),
            logprobs=False, schema=False, warms=False),
    Adapter(GEMINI_LIVE, live.LIVE, "gemini-3.8-live", "mediaResolution",
            _usage(cached_tokens=CACHED_TOKENS, visual_tokens=live.VISUAL_TOKENS),
            logprobs=False, schema=False, tells_limit=False, tools=False, warms=False,
            remembers=False),
)  # fmt: skip


def prompt() -> Prompt:
    """A question about a grey picture."""
    return Prompt(QUESTION, Frame(picture(*SIZE_PX), 0.0), session="call")


async def ask(
    backend: Backend,
    deadline_s: float = 10.0,
    toolset: Toolset | None = None,
    *,
    about: Prompt | None = None,
) -> tuple[list[str], Reply]:
    """The pieces of an answer and its reply."""
    asked = replace(about or prompt(), toolset=toolset or Toolset())
    *pieces, reply = [one async for one in backend.ask(asked, deadline_s=deadline_s)]
    assert isinstance(reply, Reply)
    return [str(piece) for piece in pieces], reply


async def words_stream(adapter: Adapter) -> None:
    """A word is shown before the next one is there."""
    gate = asyncio.Event()
    async with adapter.server(says(TEXT, gate=gate)) as server:
        async with adapter.backend(server.url) as backend:
            answer = backend.ask(prompt(), deadline_s=10.0)
            assert await anext(answer) == "It"
            assert server.open == 1
            gate.set()
            rest = [one async for one in answer]
    assert rest[:-1] == [" says", " EXIT."]
    assert isinstance(rest[-1], Reply) and rest[-1].text == TEXT


async def picture_and_question_arrive(adapter: Adapter) -> None:
    """As one JPEG of the size that is allowed, and word for word."""
    async with adapter.server() as server, adapter.backend(server.url, picture_px=320) as backend:
        await ask(backend)
        (asked,) = server.asked
    pixels = cv2.imdecode(np.frombuffer(asked.read.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None and 320 - 28 < max(pixels.shape) <= 320, "on its grid"
    assert asked.read.question == QUESTION and "You watch a camera" in asked.read.system
    assert asked.read.model == adapter.model


async def the_key_is_shown(adapter: Adapter) -> None:
    """Where the family wants it, and nowhere else."""
    async with adapter.server() as server, adapter.backend(server.url) as backend:
        await ask(backend)
        (asked,) = server.asked
    assert asked.key == KEY and KEY not in json.dumps(asked.body)


async def leaving_cancels(adapter: Adapter) -> None:
    """Who stops listening frees the server, before the first word and behind it."""
    async with adapter.server(says(TEXT, gate=asyncio.Event()), stalls()) as server:
        async with adapter.backend(server.url) as backend:
            answer = backend.ask(prompt(), deadline_s=10.0)
            assert await anext(answer) == "It"
            await answer.aclose()
            await server.until(lambda one: one.left == 1)
            asking = asyncio.create_task(ask(backend))
            await server.until(lambda one: one.open == 1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await server.until(lambda one: one.left == 2 and one.open == 0)


async def the_deadline_holds(adapter: Adapter) -> None:
    """A model that does not begin, or does not end, is left."""
    async with adapter.server(stalls(), says(TEXT, gate=asyncio.Event())) as server:
        async with adapter.backend(server.url) as backend:
            for left in (1, 2):
                with pytest.raises(BackendUnavailable, match=r"within 0\.3 s"):
                    await ask(backend, 0.3)
                await server.until(lambda one, left=left: one.left == left)  # type: ignore[misc]


async def usage_is_reported(adapter: Adapter) -> None:
    """In the words of the contract."""
    async with adapter.server(says(TEXT)) as server, adapter.backend(server.url) as backend:
        assert (await ask(backend))[1].usage == adapter.usage


async def the_limit_of_tokens_is_told(adapter: Adapter) -> None:
    """As ``length``."""
    async with adapter.server(says(TEXT, finish="length")) as server:
        async with adapter.backend(server.url) as backend:
            finish = (await ask(backend))[1].finish
    assert finish == ("length" if adapter.tells_limit else "stop")


async def readability_and_regions_ride_behind(adapter: Adapter) -> None:
    """Unseen by the person, in the coordinates of the family, as a trailer or in a schema."""
    look = adapter.look()
    trailer = says(f"{TEXT}\n@@look {json.dumps(look)}")
    schema = says(json.dumps({"answer": TEXT, **look}))
    cases = {"trailer": trailer, "schema": schema if adapter.schema else trailer}
    for evidence, behaviour in cases.items():
        async with adapter.server(behaviour) as server:
            async with adapter.backend(server.url, evidence=evidence) as backend:
                pieces, reply = await ask(backend)
        assert "".join(pieces) == reply.text == TEXT
        assert (reply.readability, reply.readability_source) == (0.8, ReadabilitySource.VERBALISED)
        assert [r.label for r in reply.regions] == ["EXIT"]
        assert reply.regions[0].box == pytest.approx(BOX, abs=0.01)


async def sources_are_not_mixed(adapter: Adapter) -> None:
    """Log-probabilities where the family has them, said to be those; else nothing is made up."""
    async with adapter.server(says("7", logprob=-0.1)) as server:
        async with adapter.backend(server.url, evidence="none") as backend:
            reply = (await ask(backend))[1]
    if adapter.logprobs:
        assert reply.readability == pytest.approx(0.905, abs=1e-3)
        assert reply.readability_source is ReadabilitySource.LOGPROBS
    else:
        assert reply.readability is None
        assert reply.readability_source is ReadabilitySource.NONE


async def a_refused_field_is_left_out(adapter: Adapter) -> None:
    """Once and for ever, and without being told to anybody."""
    async with adapter.server(refuses_field(adapter.optional)) as server:
        async with adapter.backend(server.url) as backend:
            assert (await ask(backend))[1].text == TEXT
            assert len(server.asked) == 2
            assert (await ask(backend))[1].text == TEXT
            assert len(server.asked) == 3


async def a_stale_connection_is_no_failure(adapter: Adapter) -> None:
    """One that was closed while it was idle costs a second try, and connections are kept."""
    async with adapter.server(says(TEXT), says(TEXT), hangs_up(), says(TEXT)) as server:
        async with adapter.backend(server.url) as backend:
            await ask(backend)
            await asyncio.sleep(0)
            await ask(backend)
            assert server.asked[0].peer == server.asked[1].peer
            assert (await ask(backend))[1].text == TEXT


async def questions_do_not_wait_for_each_other(adapter: Adapter) -> None:
    """Order is the dispatcher's."""
    gate = asyncio.Event()
    async with adapter.server(says(TEXT, gate=gate)) as server:
        async with adapter.backend(server.url) as backend:
            asking = [asyncio.create_task(ask(backend)) for _ in range(10)]
            await server.until(lambda one: one.open == 10)
            gate.set()
            assert {reply.text for _, reply in await asyncio.gather(*asking)} == {TEXT}


async def tools_are_offered_and_asked_for(adapter: Adapter) -> None:
    """All of them at once, after some words; who takes none is offered none."""
    told = Toolset((PRICE, TIME))
    for wanted, text in ((WANTED, "Let me see."), (WANTED[1:2], "")):
        async with adapter.server(calls(*wanted, text=text)) as server:
            async with adapter.backend(server.url, evidence="schema") as backend:
                assert backend.takes_tools is adapter.tools
                if not adapter.tools:
                    return
                pieces, reply = await ask(backend, toolset=told)
                (asked,) = server.asked
        assert asked.read.tools == ("price", "time") and not asked.read.must_answer
        assert "Use a tool" in asked.read.system and "@@look" in asked.read.system
        assert "".join(pieces) == reply.text == text
        assert [(c.name, json.loads(c.arguments or "{}")) for c in reply.calls] == list(wanted)
        assert reply.usage.input_tokens == INPUT_TOKENS


async def what_tools_said_is_told(adapter: Adapter) -> None:
    """With the calls that it answers; then the model goes on, or has to."""
    if not adapter.tools:
        return
    results = (Result("answered", '{"usd": 5}'), Result("late", "Too late."), Result("refused", ""))
    async with adapter.server(calls(*WANTED, text="Hm."), says(TEXT)) as server:
        async with adapter.backend(server.url) as backend:
            reply = (await ask(backend, toolset=Toolset((PRICE, TIME))))[1]
            given = tuple(
                replace(call, id=call.id or f"{OUR_IDS}{n}", arguments=call.arguments or "{}")
                for n, call in enumerate(reply.calls)
            )
            done = Round(reply.text, given, results)
            for may_call in (True, False):
                told = Toolset((PRICE, TIME), (done,), may_call)
                assert (await ask(backend, toolset=told))[1].text == TEXT
                read = server.asked[-1].read
                assert read.question == QUESTION and read.called == WANTED
                assert read.results == tuple(result.text for result in results)
                assert read.must_answer is not may_call


async def a_server_without_tools_is_asked_without(adapter: Adapter) -> None:
    """Once it has said so by name, and from then on."""
    if not adapter.tools:
        return
    told = Toolset((PRICE,))
    async with adapter.server(refuses_field("tools")) as server:
        async with adapter.backend(server.url) as backend:
            for count in (2, 3):
                assert (await ask(backend, toolset=told))[1].text == TEXT
                assert len(server.asked) == count
            assert not backend.takes_tools
            assert "Use a tool" not in server.asked[-1].read.system


Check = Callable[[Adapter], Awaitable[None]]
CHECKS: tuple[Check, ...] = (
    words_stream,
    picture_and_question_arrive,
    the_key_is_shown,
    leaving_cancels,
    the_deadline_holds,
    usage_is_reported,
    the_limit_of_tokens_is_told,
    readability_and_regions_ride_behind,
    sources_are_not_mixed,
    a_refused_field_is_left_out,
    a_stale_connection_is_no_failure,
    questions_do_not_wait_for_each_other,
    tools_are_offered_and_asked_for,
    what_tools_said_is_told,
    a_server_without_tools_is_asked_without,
)
