"""Tool calls out of the pieces that they come in. Without I/O."""

from __future__ import annotations

from dataclasses import dataclass

from articgw.backends.wire.heard import CallPiece
from articgw.tools.arguments import MAX_CHARS
from articgw.tools.toolset import Wanted

MAX_CALLS = 8
"""Of one answer; what comes beyond is forgotten, and the model hears nothing of it."""
MAX_NAME_CHARS = 200


@dataclass(slots=True)
class _Growing:
    id: str = ""
    name: str = ""
    arguments: str = ""
    signature: str = ""


class Called:
    """Of one answer."""

    def __init__(self) -> None:
        self._growing: list[_Growing] = []
        self._at: dict[int, _Growing] = {}

    def take(self, piece: CallPiece) -> None:
        """Some servers number all calls of an answer alike: another id, or another whole call
        behind one that has its name, is another call."""
        one = self._at.get(piece.place)
        other_id = one is not None and piece.id and one.id and piece.id != one.id
        named_again = one is not None and piece.name and one.name and not piece.id
        if one is None or other_id or named_again:
            if len(self._growing) >= MAX_CALLS:
                self._at[piece.place] = _Growing()
                return
            one = self._at[piece.place] = _Growing()
            self._growing.append(one)
        one.id = one.id or piece.id
        one.name = (one.name or piece.name)[:MAX_NAME_CHARS]
        one.signature = one.signature or piece.signature
        if len(one.arguments) <= MAX_CHARS:
            one.arguments += piece.arguments

    @property
    def calls(self) -> tuple[Wanted, ...]:
        """So far; too long arguments are longer than they may be, and no more than that."""
        return tuple(
            Wanted(one.id, one.name, one.arguments[: MAX_CHARS + 1], one.signature)
            for one in self._growing
            if one.name
        )
