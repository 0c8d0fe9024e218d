"""One call's tools: registered by its client, allowed by whoever runs the gateway, run, counted.

The client runs a tool itself only where the gateway's list says so (``NAME=client``): then it is
the one that is asked, and a result that nobody waits for is let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from articgw.backends.base import Backend
from articgw.journal import Journal
from articgw.protocol import MAX_RESULT_CHARS, MessageError, ToolCall, ToolResult, ToolsTaken
from articgw.tools.allowed import Allowed
from articgw.tools.posting import FAILED, LATE, Posting
from articgw.tools.rounds import Step
from articgw.tools.spec import Tool, fault_in
from articgw.tools.toolset import Outcome, Result

NOT_ALLOWED = "this gateway does not allow it; whoever runs it can, with --tools"
NO_CLIENT = "it is run by the client, and this call has no data channel"
NO_MODEL = "the model behind this gateway cannot call tools"


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Of one gateway."""

    allowed: Mapping[str, Allowed] = field(default_factory=dict)
    """What may be run, by name."""
    posting: Posting = field(default_factory=Posting)


class Kit:
    """Of one call."""

    def __init__(
        self,
        toolbox: Toolbox,
        backend: Backend,
        tell: Callable[[ToolCall], None],
        journal: Journal,
        clock: Callable[[], float],
        *,
        tool_s: float,
    ) -> None:
        """``tell`` reaches the client, ``tool_s`` is a tool's deadline."""
        self.offered: tuple[Tool, ...] = ()
        """What the model is told of."""
        self.tool_s = tool_s
        self._allowed, self._posting = toolbox.allowed, toolbox.posting
        self._backend = backend
        self._tell, self._journal, self._clock = tell, journal, clock
        self._waiting: dict[str, asyncio.Future[ToolResult]] = {}
        self._calls = count(1)

    def register(self, tools: Sequence[Tool], *, has_client: bool) -> ToolsTaken:
        """From now on these, and no others; ``has_client``: it can be asked to run some.

        Raises `MessageError`; then all is as it was.
        """
        if fault := fault_in(tools):
            raise MessageError("bad_tools", fault)
        refused = {
            tool.name: why for tool in tools if (why := self._why_not(tool.name, has_client))
        }
        self.offered = tuple(tool for tool in tools if tool.name not in refused)
        return ToolsTaken(offered=tuple(tool.name for tool in self.offered), refused=refused)

    async def run(self, question_id: str, steps: Sequence[Step]) -> tuple[Result, ...]:
        """All of them at once: what became of each."""
        return tuple(await asyncio.gather(*(self._run(question_id, step) for step in steps)))

    def on_result(self, result: ToolResult) -> None:
        """The client has run one."""
        waiting = self._waiting.get(result.call)
        if waiting is not None and not waiting.done():
            waiting.set_result(result)

    def _why_not(self, name: str, has_client: bool) -> str:
        if name not in self._allowed:
            return NOT_ALLOWED
        if not self._backend.takes_tools:
            return NO_MODEL
        return NO_CLIENT if self._allowed[name].is_clients and not has_client else ""

    async def _run(self, question_id: str, step: Step) -> Result:
        began_t = self._clock()
        outcome: Outcome = "cancelled"
        try:
            result = await self._outcome(question_id, step)
            outcome = result.outcome
            return result
        finally:
            now = self._clock()
            name = step.call.name if step.is_known else ""
            self._journal.on_tool(question_id, name, outcome, now - began_t, now=now)

    async def _outcome(self, question_id: str, step: Step) -> Result:
        if step.refusal:
            return Result("refused", step.refusal)
        name, where = step.call.name, self._allowed[step.call.name]
        if where.is_clients:
            return await self._ask_client(question_id, step)
        return await self._posting.run(name, where, step.arguments, within_s=step.within_s)

    async def _ask_client(self, question_id: str, step: Step) -> Result:
        call = f"t{next(self._calls)}"
        waiting = self._waiting[call] = asyncio.get_running_loop().create_future()
        self._tell(
            ToolCall(
                id=question_id,
                call=call,
                name=step.call.name,
                arguments=step.arguments,
                within_s=round(step.within_s, 3),
            )
        )
        try:
            async with asyncio.timeout(step.within_s):
                result = await waiting
        except TimeoutError:
            return Result("late", LATE)
        finally:
            del self._waiting[call]
        if len(result.text) > MAX_RESULT_CHARS:
            return Result("failed", FAILED)
        return Result("failed" if result.failed else "answered", result.text)
