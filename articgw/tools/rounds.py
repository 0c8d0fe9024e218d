"""The loop of one question: the model asks for tools, is told what they said, and goes on.

    Toolset ─▶ model ─▶ Reply ─▶ on_reply ─▶ steps: run, or refuse ─▶ on_results ─┐
       ▲                           └─ is_over: the answer is whole                 │
       └───────────────────────────────────────────────────────────────────────────┘

1. Only what was offered is run, and only with arguments that its schema allows; all else is refused
   to the model in words.
2. Every call that the model is reminded of has exactly one result: servers insist on that.
3. After `MAX_ROUNDS` rounds, or without time for one more, the model has to answer.
4. A tool may take what is left of the question's time, but for `ANSWER_S`.

Without I/O; times are s on one clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from articgw.backends.base import Reply
from articgw.errors import BackendGarbled
from articgw.tools.arguments import arguments_in, is_object
from articgw.tools.spec import Tool
from articgw.tools.toolset import OUR_IDS, Result, Round, Toolset, Wanted

MAX_ROUNDS = 3
MAX_CALLS = 4
"""Of one round."""
ANSWER_S = 1.0
"""Kept for the model's last words."""
MAX_NAME_CHARS = 64


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one call."""

    call: Wanted
    refusal: str = ""
    """For the model; where there is one, the tool is not run."""
    is_known: bool = False
    """The tool's name is one that was offered, and no invention of the model's."""
    arguments: dict[str, Any] = field(default_factory=dict)
    within_s: float = 0.0
    """When a tool has not answered by then, it is late."""


class Rounds:
    """Of one question."""

    def __init__(
        self, tools: Sequence[Tool], *, ends_t: float, tool_s: float, before: Sequence[Round] = ()
    ) -> None:
        """``ends_t`` is the question's deadline, ``tool_s`` a tool's. ``before``: what was found
        out for this question already; then nothing is run again."""
        self._tools = {tool.name: tool for tool in tools}
        self.is_over = False
        """The last reply was the answer."""
        self._ends_t = ends_t
        self._tool_s = tool_s
        self._is_second = bool(before)
        self._rounds = tuple(before)
        self._said: list[str] = []
        self._replies: list[Reply] = []
        self._asked: tuple[Wanted, ...] = ()

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Those that are over."""
        return self._rounds

    @property
    def has_text(self) -> bool:
        """The model has said something for the person so far."""
        return any(self._said)

    def toolset(self, *, now: float) -> Toolset:
        """For the next request."""
        has_time = self._ends_t - now > ANSWER_S
        has_rounds = not self._is_second and len(self._rounds) < MAX_ROUNDS
        may_call = bool(self._tools) and has_rounds and has_time
        return Toolset(tuple(self._tools.values()), self._rounds, may_call)

    def on_reply(self, reply: Reply, *, now: float) -> tuple[Step, ...]:
        """The model has ended: what is to be done about what it asks for. Where `is_over` then, the
        answer is `whole`; else the results are due (`on_results`), and it is asked again."""
        may_call = self.toolset(now=now).may_call
        self._said.append(reply.text)
        self._replies.append(reply)
        self.is_over = not (reply.calls and may_call)
        number = len(self._rounds)
        within_s = min(self._tool_s, self._ends_t - now - ANSWER_S)
        steps = tuple(
            self._step(replace(call, id=call.id or f"{OUR_IDS}{number}-{place}"), place, within_s)
            for place, call in enumerate(reply.calls)
        )
        self._asked = tuple(_presentable(step.call) for step in steps)
        return steps

    def on_results(self, results: Sequence[Result]) -> None:
        """What became of the steps, in their order. Raises `ValueError` where some are missing."""
        if len(results) != len(self._asked):
            raise ValueError(f"{len(self._asked)} calls and {len(results)} results")
        self._rounds = (*self._rounds, Round(self._said[-1], self._asked, tuple(results)))

    def whole(self) -> Reply:
        """The answer: the text of all rounds, and the newest evidence that there is. Raises
        `BackendGarbled` where the model only ever asked for tools."""
        last = self._replies[-1]
        if last.calls and not self.has_text:
            raise BackendGarbled(
                f"{last.model} asked for tools instead of giving an answer: ask again, or in other "
                "words.",
                raw="",
            )
        seen = next((one for one in reversed(self._replies) if _has_evidence(one)), last)
        return replace(
            last,
            text="\n".join(text for text in self._said if text),
            written="\n".join(one.written for one in self._replies if one.written),
            calls=(),
            regions=seen.regions,
            readability=seen.readability,
            readability_source=seen.readability_source,
        )

    def _step(self, call: Wanted, place: int, within_s: float) -> Step:
        tool = self._tools.get(call.name)
        if self.is_over:
            return Step(call, "Not run: the answer is due.", is_known=tool is not None)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            why = f"There is no tool of that name here, or it is not allowed. There are: {known}."
            return Step(call, why)
        if place >= MAX_CALLS:
            return Step(call, f"Not run: at most {MAX_CALLS} tools at once.", is_known=True)
        try:
            arguments = arguments_in(call.arguments, tool.parameters)
        except ValueError as error:
            return Step(call, f"Not run: {error}.", is_known=True)
        return Step(call, is_known=True, arguments=arguments, within_s=within_s)


def _presentable(call: Wanted) -> Wanted:
    """As the model may be reminded of it: servers refuse a request with a name or with arguments
    that they would not take from us, whoever wrote them."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:MAX_NAME_CHARS] or "_"
    arguments = call.arguments if call.arguments and is_object(call.arguments) else "{}"
    return replace(call, name=name, arguments=arguments)


def _has_evidence(reply: Reply) -> bool:
    return bool(reply.regions) or reply.readability is not None
