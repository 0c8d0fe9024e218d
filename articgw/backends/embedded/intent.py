"""What a question wants, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What is to be done."""

    READ = "read"
    READ_ALL = "read all"
    COUNT = "count"
    COLOUR = "colour"
    PRESENCE = "presence"
    POSITION = "position"
    CHECK = "check"
    """Is it so? Of a text, a colour or a position."""
    IDENTIFY = "identify"
    """What thing is there?"""
    DESCRIBE = "describe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What pins one thing down."""

    noun: str = ""
    """As written; "" where none was recognised."""
    label: str = ""
    """Of the detector's classes, where the noun is one."""
    shape: str = ""
    is_sign: bool = False
    colour: str = ""
    ink: str = ""
    places: tuple[str, ...] = ()
    """Of left, right, top, bottom, middle."""
    far: bool = False
    """leftmost, topmost, ...: the last one in that direction."""
    size: str = ""
    """small, large, smallest, largest, or ""."""
    ordinal: int = 0
    """1 for the first from `from_side`, -1 for the last; 0 where none was said."""
    from_side: str = ""
    mentions: tuple[str, ...] = ()
    """Text that is said to stand on it."""
    hints: tuple[str, ...] = ()
    """Other content words, lower case."""

    @property
    def vague(self) -> bool:
        """True where nothing separates this from any other."""
        return not (
            self.colour or self.ink or self.places or self.size or self.ordinal or self.mentions
        )


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question wants."""

    act: Act
    target: Phrase
    kind: str | None = None
    """Sort of text wanted, see `kinds`."""
    relation: str = ""
    """above, below, left, right, near, inside, or ""."""
    anchor: Phrase | None = None
    of_ink: bool = False
    """For a colour: that of the letters, not of the plate."""
    line: int = 0
    """1 for the first line of the sign, -1 for the last; 0 for all."""
    claims: tuple[str, ...] = ()
    """For a check: colours or positions that are asked about."""
