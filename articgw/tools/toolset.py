"""What a model is told of tools in one request, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from articgw.tools.spec import Tool

Outcome = Literal["answered", "failed", "late", "refused", "cancelled"]
"""How a tool call ended: with a result, without one, not in time, not run, with its question."""

NOT_WAITED_FOR: tuple[Outcome, ...] = ("refused", "cancelled")
"""They took no answer any time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tool call, as the model wants it."""

    id: str
    """The server's; empty where its family has none."""
    name: str
    arguments: str
    """JSON, if the model can write it."""
    signature: str = ""
    """What the server wants back with it, whatever that is."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one."""

    outcome: Outcome
    text: str
    """For the model."""


@dataclass(frozen=True, slots=True)
class Round:
    """One request that was answered with tool calls."""

    text: str
    """What the model said before them."""
    calls: tuple[Wanted, ...]
    results: tuple[Result, ...]
    """One for each, in their order."""


@dataclass(frozen=True, slots=True)
class Toolset:
    """Of one request."""

    tools: tuple[Tool, ...] = ()
    """Empty: the model is not told that there are such things."""
    rounds: tuple[Round, ...] = ()
    """Of this question so far, oldest first."""
    may_call: bool = True
    """False: it has to answer now."""


OUR_IDS = "articgw-"
"""How an id begins that we gave to a call, because the server gave it none."""
NO_TOOLS = Toolset()
