"""What one event of an answer says, whichever family's it is.

The families' readers make these out of bytes; `wire.answer` makes an answer out of them. A msgspec
struct, because there is one per token.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import Complaint

End = Literal["", "stop", "length", "filtered", "broken"]
"""Why the model ended: by itself, at the limit of tokens, withheld, failed; empty: it has not."""


class CallPiece(msgspec.Struct, frozen=True):
    """Some of a tool call: all of it, or as much as one event brings."""

    place: int = 0
    """Pieces of the same place are of the same call, unless their ids differ."""
    id: str = ""
    name: str = ""
    arguments: str = ""
    """The next characters of its JSON."""
    signature: str = ""
    """What the server wants back with it."""


class Heard(msgspec.Struct, frozen=True):
    """One event."""

    text: str = ""
    """For the person, and for what rides behind it."""
    refusal: str = ""
    """Words of a model that will not answer."""
    words: tuple[tuple[str, float], ...] = ()
    """Tokens with their log-probabilities."""
    usage: Usage | None = None
    """As far as it is known by now; of several, the largest figures count."""
    end: End = ""
    done: bool = False
    """Nothing will follow."""
    is_part: bool = True
    """It belongs to an answer, even if there is nothing in it to show."""
    calls: tuple[CallPiece, ...] = ()
    """Of tools that the model wants run."""
    complaint: Complaint | None = None
    """An error where a piece of the answer should be."""


NOTHING = Heard(is_part=False)
"""An event that says nothing about an answer."""
DONE = Heard(done=True, is_part=False)
"""The last one."""


def more_of(one: Usage, other: Usage) -> Usage:
    """The larger of each: counts only grow while an answer comes."""
    return Usage(
        input_tokens=max(one.input_tokens, other.input_tokens),
        visual_tokens=max(one.visual_tokens, other.visual_tokens),
        cached_tokens=max(one.cached_tokens, other.cached_tokens),
        output_tokens=max(one.output_tokens, other.output_tokens),
    )
