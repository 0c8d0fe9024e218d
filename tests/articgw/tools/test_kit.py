"""Tools in a call, without network: who may use which, who runs them, what is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from articgw.backends import LookedAt
from articgw.config import Config
from articgw.metrics import Metrics
from articgw.protocol import (
    AnswerDelta,
    AnswerDone,
    Ask,
    Cancel,
    Error,
    ToolCall,
    ToolResult,
    Tools,
    ToolsTaken,
)
from articgw.testing import LoopbackPeer, ScriptedBackend, Turn, loopback_call, picture
from articgw.tools.allowed import allowed_in
from articgw.tools.kit import NO_CLIENT, NO_MODEL, NOT_ALLOWED, Toolbox
from articgw.tools.spec import MAX_TOOLS, Schema, Tool
from articgw.tools.toolset import Wanted
from articgw.trace import MemoryTrace
from tests.articgw.tools.tool_server import says, tool_server

PRICE = Tool(
    name="price",
    description="What an article costs.",
    parameters=Schema(type="object", properties={"of": Schema(type="string")}),
)
BEEP = Tool(name="beep", description="Makes a sound.")
CUP = Wanted("c1", "price", '{"of": "SENTINEL-CUP"}')
BEEPS = Wanted("c2", "beep", "{}")


@asynccontextmanager
async def call(
    *turns: Turn, tools: tuple[Tool, ...] = (PRICE, BEEP), allowed: str = "beep=client", **more: Any
) -> AsyncGenerator[tuple[LoopbackPeer, ScriptedBackend]]:
    """A call that sees something, its tools registered."""
    backend, toolbox = ScriptedBackend(turns), Toolbox(allowed_in(allowed))
    try:
        async with loopback_call(backend, toolbox=toolbox, **more) as peer:
            peer.show(picture())
            peer.say(Tools(tools=tools))
            await peer.hears(ToolsTaken)
            yield peer, backend
    finally:
        await toolbox.posting.close()


def taken(peer: LoopbackPeer) -> ToolsTaken:
    """The last."""
    return [one for one in peer.heard if isinstance(one, ToolsTaken)][-1]


async def test_only_what_is_allowed_is_offered() -> None:
    async with call(Turn("It is red.")) as (peer, backend):
        assert taken(peer) == ToolsTaken(offered=("beep",), refused={"price": NOT_ALLOWED})
        peer.say(Ask(id="1", text="?"))
        await peer.hears(AnswerDone)
    assert backend.prompts[0].toolset.tools == (BEEP,)


async def test_an_operators_tool_is_posted_and_the_model_goes_on_with_what_it_says() -> None:
    trace, metrics = MemoryTrace(), Metrics()
    looks = LookedAt((0.1, 0.1, 0.2, 0.2), "cup")
    turns = (Turn("Let me see.", (looks,), 0.7, calls=(CUP,)), Turn("It costs 5 USD."))
    async with tool_server(says('{"usd": "SENTINEL-5"}')) as server:
        allowed = f"price={server.url}"
        async with call(*turns, allowed=allowed, trace=trace, metrics=metrics) as (peer, backend):
            peer.say(Ask(id="1", text="How much is it?"))
            done = await peer.hears(AnswerDone)
            session = peer.session
    assert server.asked == [{"of": "SENTINEL-CUP"}]
    (told,) = backend.prompts[1].toolset.rounds
    assert told.calls == (CUP,) and told.results[0].text == '{"usd": "SENTINEL-5"}'
    assert done.text == "Let me see.\nIt costs 5 USD." and done.readability.value == 0.7
    heard = "".join(one.text for one in peer.heard if isinstance(one, AnswerDelta))
    assert heard.split() == done.text.split() and "\nIt" in heard
    assert done.tool_calls == 1 and session is not None
    assert (session.ledger.tool_calls, session.ledger.asked) == (1, 2)
    (line,) = [line for line in trace.lines if line["what"] == "tool"]
    assert (line["id"], line["name"], line["outcome"]) == ("1", "price", "answered")
    page = metrics.page("")[0].decode()
    assert 'articgw_tool_calls_total{outcome="answered"} 1.0' in page
    assert "SENTINEL" not in f"{trace.lines}{page}"


async def test_a_clients_tool_is_run_by_the_client() -> None:
    async with call(Turn("", calls=(BEEPS,)), Turn("Done.")) as (peer, backend):
        peer.say(Ask(id="1", text="Beep!"))
        wanted = await peer.hears(ToolCall)
        assert (wanted.id, wanted.name, wanted.arguments) == ("1", "beep", {})
        assert wanted.within_s == 5.0
        peer.say(ToolResult(call="another", text="is not waited for"))
        peer.say(ToolResult(call=wanted.call, text="it beeped"))
        peer.say(ToolResult(call=wanted.call, text="twice"))
        assert (await peer.hears(AnswerDone)).text == "Done."
    assert backend.prompts[1].toolset.rounds[0].results[0].text == "it beeped"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (ToolResult(call="t1", text="no battery", failed=True), "failed"),
        (ToolResult(call="t1", text="x" * 8001), "failed"),
        (None, "late"),
    ],
)
async def test_a_client_that_cannot_or_does_not(said: ToolResult | None, outcome: str) -> None:
    config = Config(tool_deadline_s=5.0 if said else 0.05)
    async with call(Turn("", calls=(BEEPS,)), Turn("Sorry."), config=config) as (peer, backend):
        peer.say(Ask(id="1", text="Beep!"))
        await peer.hears(ToolCall)
        if said is not None:
            peer.say(said)
        assert (await peer.hears(AnswerDone)).text == "Sorry."
    assert backend.prompts[1].toolset.rounds[0].results[0].outcome == outcome


async def test_what_is_not_offered_is_refused_to_the_model_and_counted() -> None:
    metrics, trace = Metrics(), MemoryTrace()
    turn = Turn("", calls=(CUP, Wanted("c3", "SENTINEL-rm", "{}")))
    async with call(turn, Turn("I cannot."), metrics=metrics, trace=trace) as (peer, backend):
        peer.say(Ask(id="1", text="?"))
        done = await peer.hears(AnswerDone)
    results = backend.prompts[1].toolset.rounds[0].results
    assert all("not allowed" in one.text and "beep" in one.text for one in results)
    assert done.text == "I cannot." and done.tool_calls == 0
    assert 'articgw_tool_calls_total{outcome="refused"} 2.0' in metrics.page("")[0].decode()
    assert "SENTINEL" not in str(trace.lines), "a name that the model made up is not kept"


async def test_a_model_that_only_asks_is_an_error() -> None:
    turns = [Turn("", calls=(CUP,))] * 9
    async with call(*turns) as (peer, backend):
        peer.say(Ask(id="1", text="?"))
        assert (await peer.hears(Error)).code == "backend_garbled"
    assert [one.toolset.may_call for one in backend.prompts] == [True, True, True, False]


async def test_cancelling_leaves_the_tool() -> None:
    async def never(_request: object) -> Any:
        await asyncio.Event().wait()

    trace = MemoryTrace()
    async with tool_server(never) as server:
        turns = (Turn("", calls=(CUP,)), Turn("second", calls=()))
        async with call(*turns, allowed=f"price={server.url}", trace=trace) as (peer, _):
            peer.say(Ask(id="1", text="?"))
            async with asyncio.timeout(5):
                while not server.asked:
                    await asyncio.sleep(0)
                peer.say(Cancel(id="1"))
                assert (await peer.hears(Error)).code == "cancelled"
                while not server.left:
                    await asyncio.sleep(0)
            peer.say(Ask(id="2", text="?"))
            done = await peer.hears(AnswerDone)
    assert (done.text, done.tool_calls) == ("second", 0)
    assert [line["outcome"] for line in trace.lines if line["what"] == "tool"] == ["cancelled"]


async def test_a_newer_question_supersedes_one_that_waits_for_the_client() -> None:
    async with call(Turn("", calls=(BEEPS,)), Turn("second")) as (peer, _):
        peer.say(Ask(id="1", text="?"))
        wanted = await peer.hears(ToolCall)
        peer.say(Ask(id="2", text="?"))
        assert (await peer.hears(Error)).code == "superseded"
        assert (await peer.hears(AnswerDone)).id == "2"
        peer.say(ToolResult(call=wanted.call, text="too late"))


async def test_what_is_wrong_is_said_and_the_call_goes_on() -> None:
    many = tuple(Tool(name=f"a{n}", description="x") for n in range(MAX_TOOLS + 1))
    async with call(Turn("It is red.")) as (peer, backend):
        peer.say(Tools(tools=many))
        error = await peer.hears(Error)
        assert error.code == "bad_tools" and "at most 16" in error.message
        peer.say('{"type": "tools", "tools": [{"name": "a", "description": "x",'
                 ' "parameters": {"type": "object", "patternProperties": {}}}]}')  # fmt: skip
        error = await peer.hears(Error)
        assert error.code == "bad_tools"
        assert "patternProperties" in error.message and "additionalProperties" in error.message
        peer.say('{"type": "tools", "tools": ' + "[" * 8000 + "]" * 8000 + "}")
        assert (await peer.hears(Error)).code == "bad_message"
        peer.say(Ask(id="1", text="?"))
        assert (await peer.hears(AnswerDone)).text == "It is red."
    assert backend.prompts[0].toolset.tools == (BEEP,), "what was registered before is in force"


async def test_who_cannot_is_told_why() -> None:
    async with call(Turn("x")) as (peer, backend):
        assert peer.session is not None
        backend.takes_tools = False
        assert peer.session.register((BEEP,)).refused == {"beep": NO_MODEL}
    backend, toolbox = ScriptedBackend([]), Toolbox(allowed_in("beep=client"))
    async with loopback_call(backend, toolbox=toolbox) as peer:
        assert peer.session is not None
        peer.session._greeted = False  # as of a camera that speaks WHIP
        assert peer.session.register((BEEP,)).refused == {"beep": NO_CLIENT}
