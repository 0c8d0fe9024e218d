"""What this server lets us ask for: learned once from its refusals, and remembered.

Servers differ in the optional fields that they take, and refuse a request that has one too many
with 400 or 422 and the field's name. That field is left out from then on. Nothing else is ever
dropped: a request that is refused for another reason is refused.

A family's `Menu` is its row of the capability matrix as it is known beforehand; what is refused is
the server's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.layout import Layout
from articgw.tools.toolset import NO_TOOLS, Round, Toolset

MAX_TOKENS = 1000
"""Of an answer, its trailer included."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the gateway would like to ask for."""

    by: EvidenceBy
    max_tokens: int
    refused: frozenset[str]
    """Fields that this server does not take: for those that have a substitute."""
    detail: str = ""
    """Level at which the picture is to be seen; empty: the family's usual one."""
    toolset: Toolset = NO_TOOLS
    """What the model may ask for."""
    pictures: int = 1
    """Most that a prompt holds."""
    is_repeated: bool = False
    """Prompts begin as others did before: worth keeping where that costs extra."""
    keeps_named: bool = False
    """The server keeps pictures under the names that it is told."""
    session: str = ""
    """Whose prompt it is, no name and no secret; empty: nobody's."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Optional fields of one family's requests."""

    wanted: Callable[[Wish], dict[str, object]]
    """All of them with their values; those that are refused are taken out afterwards."""
    mentioned_as: Mapping[str, str]
    """By field: the pattern by which a complaint's words name it."""
    schema: str
    """The field that forces a schema; without it the trailer is asked for."""
    tools: str = ""
    """The field that offers tools; empty: the family is offered none."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request asks for besides the model, the picture and the question."""

    fields: Mapping[str, object]
    """Optional fields of the request, with their values."""
    by: EvidenceBy
    """How readability and regions are asked for."""
    rounds: tuple[Round, ...] = ()
    """Tool calls so far, with their results; empty where the request offers no tools."""
    layout: Layout = Layout()
    """Where its pictures stand."""

    def has(self, name: str) -> bool:
        """True where the request carries that field."""
        return name in self.fields


class Features:
    """Of one server and model."""

    def __init__(
        self,
        menu: Menu,
        by: EvidenceBy = "trailer",
        *,
        max_tokens: int = MAX_TOKENS,
        pictures: int = 1,
        is_repeated: bool = False,
    ) -> None:
        """See `Wish` for ``pictures`` and ``is_repeated``."""
        self.keeps_named = False
        """The server keeps pictures under the names that it is told."""
        self._menu = menu
        self._by = by
        self._max_tokens = max_tokens
        self._pictures, self._is_repeated = pictures, is_repeated
        self._refused: frozenset[str] = frozenset()

    @property
    def refused(self) -> frozenset[str]:
        """What has been learned so far."""
        return self._refused

    def asking(
        self,
        detail: str = "",
        toolset: Toolset = NO_TOOLS,
        *,
        max_tokens: int | None = None,
        session: str = "",
    ) -> Asking:
        """What to ask for now, the picture at that level of ``detail``; see `Wish`.

        No schema is forced beside tools: most servers take one of the two.
        """
        if not self._menu.tools or self._menu.tools in self._refused:
            toolset = NO_TOOLS
        by = self._by
        if by == "schema" and (self._menu.schema in self._refused or toolset.tools):
            by = "trailer"
        wish = Wish(
            by,
            max_tokens or self._max_tokens,
            self._refused,
            detail,
            toolset,
            self._pictures,
            self._is_repeated,
            self.keeps_named,
            session,
        )
        wanted = self._menu.wanted(wish)
        fields = {name: value for name, value in wanted.items() if name not in self._refused}
        return Asking(fields, by, toolset.rounds)

    def learn(self, complaint: Complaint, sent: Asking, *, status: int = 400) -> bool:
        """True where the complaint names a field that ``sent`` carried: ask again without it.

        Of a 500 that is believed for tools only: llama.cpp without --jinja says no to them so.
        """
        name = self._named(complaint, sent)
        if name is None or (status == 500 and name != self._menu.tools):
            return False
        self._refused |= {name}
        return True

    def names(self, complaint: Complaint, sent: Asking) -> bool:
        """True where `learn` would learn from it."""
        return self._named(complaint, sent) is not None

    def _named(self, complaint: Complaint, sent: Asking) -> str | None:
        first = re.split(r"[.\[]", complaint.param)[0]
        if first in self._menu.mentioned_as and sent.has(first):
            return first
        found = [
            (match.start(), name)
            for name, pattern in self._menu.mentioned_as.items()
            if sent.has(name) and (match := re.search(pattern, complaint.text))
        ]
        return min(found)[1] if found else None
