"""Tools of a call: what the model may use, and those of them that this side runs.

    async def beep(arguments: dict[str, Any]) -> str:
        return f"beeped {arguments['times']} times"

    Tool("beep", "Makes a sound.", {"type": "object", "properties": {"times": {"type": "integer"}}},
         run=beep)

One without ``run`` is run by the gateway. Either way the gateway has to allow it (``--tools``);
what it does not is in `Call.tools` and in the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from articgw.protocol import ToolCall, ToolResult, Tools
from articgw.tools import spec

log = logging.getLogger(__name__)

Run = Callable[[dict[str, Any]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Tool:
    """One of them."""

    name: str
    description: str
    """For the model: what it does, and when to use it."""
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    """JSON Schema of its arguments, of the keywords that docs/protocol.md names."""
    run: Run | None = None
    """Gets the arguments, which fit the schema, and returns what the model is told. It is cancelled
    when the question ends; what it raises is told as a failure, and not what it was."""


class Tooling:
    """Of one call."""

    def __init__(self, tools: Sequence[Tool], send: Callable[[ToolResult], None]) -> None:
        """Raises `ValueError` where a gateway would not take them."""
        named = [
            {"name": one.name, "description": one.description, "parameters": one.parameters}
            for one in tools
        ]
        try:
            self.message = Tools(tools=msgspec.convert(named, tuple[spec.Tool, ...]))
        except msgspec.ValidationError as error:
            raise ValueError(f"tools: {error}; keywords: {spec.KEYWORDS}") from error
        if fault := spec.fault_in(self.message.tools):
            raise ValueError(f"tools: {fault}")
        self._runs = {one.name: one.run for one in tools if one.run is not None}
        self._send = send
        self._running: dict[asyncio.Task[None], str] = {}

    def on_call(self, call: ToolCall) -> None:
        """Run it, and say what came of it."""
        task = asyncio.create_task(self._run(call))
        self._running[task] = call.id
        task.add_done_callback(self._running.pop)

    def on_end(self, question_id: str | None = None) -> None:
        """What is run for that question is not wanted any more; None: nothing is."""
        for task, its_question in self._running.items():
            if question_id in (None, its_question):
                task.cancel()

    async def _run(self, call: ToolCall) -> None:
        run = self._runs.get(call.name)
        if run is None:
            self._send(ToolResult(call=call.call, text="There is no such tool.", failed=True))
            return
        try:
            text = str(await run(call.arguments))
        except Exception:  # noqa: BLE001  somebody else's code; the call goes on
            log.exception("the tool %s failed", call.name)
            self._send(ToolResult(call=call.call, text="The tool failed.", failed=True))
            return
        self._send(ToolResult(call=call.call, text=text))
