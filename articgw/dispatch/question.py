"""A question as it is dispatched, and what can be decided about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """What the order and the place depend on; times are s on one clock."""

    key: int
    """Unique among those that are open."""
    session: str
    asked_t: float
    deadline_t: float
    visual_tokens: int
    """Of its pictures."""
    text_tokens: int = 100
    """Of all else in its prompt."""
    output_tokens: int = 60
    """Expected of its answer."""

    @property
    def prompt_tokens(self) -> int:
        """All of them."""
        return self.visual_tokens + self.text_tokens


@dataclass(frozen=True, slots=True)
class Start:
    """Ask ``replica``."""

    key: int
    replica: int
    why: str
    """soonest, failed over, hedge."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Close what was asked of ``replica``: nobody will hear it."""

    key: int
    replica: int
    why: str
    """left, outrun, superseded."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The question cannot be answered in time; it is out of the queue."""

    key: int
    retry_after_s: float | None
    why: str
    """too late (for any server), failed (at every server)."""


Decision = Start | Stop | Busy
