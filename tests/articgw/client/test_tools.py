"""Tools that this side runs: one task each, and what came of it is said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from articgw.client.tools import Tool, Tooling
from articgw.protocol import ToolCall, ToolResult


def _call(name: str, question_id: str = "q1") -> ToolCall:
    return ToolCall(id=question_id, call="t1", name=name, arguments={"times": 2}, within_s=5.0)


async def _echo(arguments: dict[str, Any]) -> str:
    return f"{arguments}"


async def _breaks(_arguments: dict[str, Any]) -> str:
    raise RuntimeError("SECRET")


async def _never(_arguments: dict[str, Any]) -> str:
    await asyncio.Event().wait()
    raise AssertionError("nothing ends this wait")


TOOLS = [
    Tool("echo", "Says it.", run=_echo),
    Tool("breaks", "Breaks.", run=_breaks),
    Tool("never", "Waits.", run=_never),
    Tool("price", "Of the gateway.", {"type": "object", "properties": {"of": {"type": "string"}}}),
]


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("echo", ToolResult(call="t1", text="{'times': 2}")),
        ("breaks", ToolResult(call="t1", text="The tool failed.", failed=True)),
        ("price", ToolResult(call="t1", text="There is no such tool.", failed=True)),
    ],
)
async def test_it_is_run_and_said_what_came_of_it(name: str, result: ToolResult) -> None:
    said: asyncio.Queue[ToolResult] = asyncio.Queue()
    tooling = Tooling(TOOLS, said.put_nowait)
    tooling.on_call(_call(name))
    assert await asyncio.wait_for(said.get(), 5) == result


async def test_what_is_not_wanted_any_more_is_cancelled() -> None:
    said: list[ToolResult] = []
    tooling = Tooling(TOOLS, said.append)
    for question_id in ("q1", "q2"):
        tooling.on_call(_call("never", question_id))
    before = asyncio.all_tasks()
    tooling.on_end("q1")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(before) - len(asyncio.all_tasks()) == 1
    tooling.on_end()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(before) - len(asyncio.all_tasks()) == 2 and said == []


def test_what_no_gateway_would_take_is_said_at_once() -> None:
    for tool, said in (
        (Tool("a b", "x"), "regex"),
        (Tool("a", "x", {"type": "object", "anyOf": []}), "anyOf"),
        (Tool("a", "x", {"type": "string"}), '"type": "object"'),
    ):
        with pytest.raises(ValueError, match=said):
            Tooling([tool], lambda _: None)
    assert len(Tooling(TOOLS, lambda _: None).message.tools) == 4
