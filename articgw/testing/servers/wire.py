"""How a family of model servers answers, seen from the server's side."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Finish = Literal["stop", "length", "filtered", "tools"]

INPUT_TOKENS, CACHED_TOKENS = 350, 256
"""Of every prompt."""


@dataclass(frozen=True)
class Read:
    """What a request asks, in every family's words."""

    model: str
    system: str
    question: str
    base64: str
    """The picture."""
    tools: tuple[str, ...] = ()
    """Names of those that are offered."""
    called: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    """The tool calls that the model is reminded of: name and arguments."""
    results: tuple[str, ...] = ()
    """What came of them."""
    must_answer: bool = False
    """The tools are not to be called."""
    earlier: tuple[Mapping[str, Any], ...] = ()
    """What stands before: `exchange` for each question."""
    others: tuple[str, ...] = ()
    """Pictures of this question before the newest."""

    @property
    def jpeg(self) -> bytes:
        """The picture's file."""
        return b64decode(self.base64)


def exchange(pictures: Sequence[str], words: str, answer: str) -> Mapping[str, Any]:
    """A question that was answered before, its pictures in base64."""
    return {"pictures": tuple(pictures), "words": words, "answer": answer}


def split_at_last(said: Sequence[Any], role: str) -> tuple[Sequence[Any], Any, Sequence[Any]]:
    """Messages before, at and behind the last one of that role."""
    place = max(number for number, one in enumerate(said) if one["role"] == role)
    return said[:place], said[place], said[place + 1 :]


class Wire(Protocol):
    """Of one family."""

    @property
    def family(self) -> str:
        """Name, as in --backend."""

    @property
    def base(self) -> str:
        """Path of the API's base."""

    @property
    def listing(self) -> str:
        """Path of the list of models."""

    @property
    def route(self) -> str:
        """Path where questions go, as aiohttp's router takes it."""

    @property
    def is_socket(self) -> bool:
        """True where questions are messages on a WebSocket."""

    @property
    def content_type(self) -> str:
        """Of a stream."""

    def is_question(self, body: Mapping[str, Any]) -> bool:
        """True for a message that wants an answer; over HTTP all do."""
        return True

    @property
    def close_code(self) -> int | None:
        """By which a socket is closed where a request is refused; None: by an event."""
        return None

    def merged(self, said: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
        """What a socket has said so far, with one more message; by default only that counts."""
        return dict(body)

    def replies_to(self, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Events that answer a message at once."""
        return ()

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """The key that a request shows."""

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """A request. Raises LookupError where it is none."""

    def recall(self, body: Mapping[str, Any], kept: dict[str, str]) -> int | None:
        """Put in what is only named, out of ``kept``, and keep there what comes with a name; the
        place of the first picture that is not there, if there is one."""
        return None

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """True where a request carries that optional field."""

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """Events before the first word."""

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """An event with a piece of the answer."""

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Events of one tool call, in pieces where the family streams them; ``place`` counts them.
        Empty where no tools are asked for in this family."""
        return ()

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """Events behind the last word: why it ended, what it cost."""

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """An event as bytes of a stream."""

    def last(self) -> bytes:
        """What ends a stream; empty where its end does."""

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """Body of a response that is not 200; inside a stream, an event."""
