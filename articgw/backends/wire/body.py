"""The request's bytes. All but picture and question are encoded once and joined: with the picture
inside, a JSON encoder takes four times as long (measured for three pictures: 1.4 ms against 0.4).

Order is what prefix caches live on: the constant system prompt, the picture, the question.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from articgw.backends.pictures.picture import Picture

_SALT = secrets.token_hex(8)
PICTURE, QUESTION = f"\u241fpicture {_SALT}", f"\u241fquestion {_SALT}"
"""Where the two go: the first inside a string, the second instead of one. Not to be guessed: what
callers and tools say stands in requests as well."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request without picture and question."""

    before: bytes
    between: bytes
    after: bytes

    def around(self, picture: Picture, question: str) -> bytes:
        """The whole body."""
        return b"".join(
            (self.before, picture.base64, self.between, msgspec.json.encode(question), self.after)
        )


def envelope(request: Mapping[str, Any]) -> Envelope:
    """For every question that is asked in this way."""
    whole = msgspec.json.encode(request)
    before, rest = whole.rsplit(PICTURE.encode(), 1)
    between, after = rest.rsplit(msgspec.json.encode(QUESTION), 1)
    return Envelope(before, between, after)
