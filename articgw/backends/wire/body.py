"""The request's bytes. All but pictures and question are encoded once and joined: with the pictures
inside, a JSON encoder takes four times as long (measured for three pictures: 1.4 ms against 0.4).

Order is what prefix caches live on: the constant system prompt, the pictures, the question.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from articgw.backends.pictures.picture import Picture

_SALT = secrets.token_hex(8)
PICTURE, QUESTION = f"\u241fpicture {_SALT}", f"\u241fquestion {_SALT}"
"""Where they go: a picture inside a string, the question instead of one. Not to be guessed: what
callers and tools say stands in requests as well."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request without its pictures and its question."""

    before: tuple[bytes, ...]
    """What stands before each picture."""
    between: bytes
    after: bytes

    def around(self, pictures: Sequence[Picture], question: str) -> bytes:
        """The whole body. Raises `ValueError` where there are not as many places for pictures."""
        parts = []
        for before, picture in zip(self.before, pictures, strict=True):
            parts += [before, picture.base64]
        return b"".join((*parts, self.between, msgspec.json.encode(question), self.after))


def envelope(request: Mapping[str, Any]) -> Envelope:
    """For every question that is asked in this way."""
    *before, rest = msgspec.json.encode(request).split(PICTURE.encode())
    between, after = rest.rsplit(msgspec.json.encode(QUESTION), 1)
    return Envelope(tuple(before), between, after)
