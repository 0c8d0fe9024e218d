"""Where pictures and words stand in a prompt, for every family.

    constant instructions │ pictures, question, answer │ … │ picture, question
                            as they were sent before        what is new

Servers keep prompts that begin as one before did, to the byte. So what stands in front is repeated
as it was sent, and what is new comes last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from articgw.backends.base import Shown


@dataclass(frozen=True, slots=True)
class Place:
    """Of one picture."""

    detail: str = ""
    """Level at which it is to be seen; empty: the family's usual one."""
    name: str = ""
    """The server's name for it; empty: it is told none."""
    is_held: bool = False
    """The server has it by that name: its bytes are not sent."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Pictures, what was asked about them, and what the model wrote."""

    pictures: tuple[Place, ...]
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Of one prompt."""

    before: tuple[Exchange, ...] = ()
    pictures: tuple[Place, ...] = (Place(),)
    """Those of the question, the newest last."""

    @property
    def sent(self) -> tuple[bool, ...]:
        """Whose bytes are sent, in the order of the prompt."""
        places = [place for one in self.before for place in one.pictures]
        return tuple(not place.is_held for place in (*places, *self.pictures))


def first_of(count: int, most: int) -> int:
    """Where ``count`` pictures begin that are to be ``most`` at most: the oldest go by halves of
    what is allowed, so that the next prompts begin there as well."""
    step = max(1, most // 2)
    return min(count - 1, step * -(-max(0, count - most) // step))


def layout_of(earlier: Sequence[Shown], places: Sequence[Place]) -> Layout:
    """``places`` are those of the earlier pictures and of the newest one."""
    before: list[Exchange] = []
    waiting: list[Place] = []
    for shown, place in zip(earlier, places, strict=False):
        waiting.append(place)
        if shown.words:
            before.append(Exchange(tuple(waiting), shown.words, shown.answer))
            waiting.clear()
    return Layout(tuple(before), (*waiting, places[-1]))
