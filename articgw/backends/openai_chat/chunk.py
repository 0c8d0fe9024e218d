"""What a chunk of an answer holds, as far as we read it; msgspec decodes and checks it.

Everything may be missing or null: first chunks carry only a role, last ones only the usage, and
reasoning comes in fields that are not for the person and not named here.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Part(msgspec.Struct):
    """Some servers send content in typed parts, thinking among them."""

    type: str = ""
    text: str | None = None


class Function(msgspec.Struct):
    """What of a tool call has come."""

    name: str | None = None
    arguments: str | None = None


class ToolCall(msgspec.Struct):
    """Some of a tool call."""

    index: int | None = 0
    id: str | None = None
    function: Function | None = None


class Said(msgspec.Struct):
    """A ``delta``, or the ``message`` of a server that does not stream."""

    content: str | list[Part] | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None

    @property
    def text(self) -> str:
        """For the person."""
        if isinstance(self.content, list):
            return "".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""


class Word(msgspec.Struct):
    """A token with its log-probability."""

    token: str = ""
    logprob: float | None = None


class Words(msgspec.Struct):
    """``logprobs`` of a choice."""

    content: list[Word] | None = None


class Choice(msgspec.Struct):
    """The one that is asked for has index 0."""

    index: int | None = 0
    delta: Said | None = None
    message: Said | None = None
    finish_reason: str | None = None
    logprobs: Words | None = None


class PromptTokens(msgspec.Struct):
    """Parts of the prompt, where the server counts them."""

    cached_tokens: int | None = None
    image_tokens: int | None = None
    multimodal_tokens: dict[str, int | None] | None = None
    """By kind; vLLM's way to tell."""

    @property
    def visual_tokens(self) -> int:
        """Of pictures; 0 where they are not told apart."""
        by_kind = self.multimodal_tokens or {}
        return self.image_tokens or by_kind.get("image") or 0


class Spent(msgspec.Struct):
    """``usage``."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: PromptTokens | None = None


class Chunk(msgspec.Struct):
    """One event of a stream, or a whole answer."""

    choices: list[Choice] | None = None
    usage: Spent | None = None
    error: Any = None
    object: Any = None
    message: Any = None

    @property
    def complaint(self) -> Any:
        """What stands here instead of an answer, if anything does."""
        if self.error is not None:
            return self.error
        return {"message": self.message} if self.object == "error" else None


_decoder = msgspec.json.Decoder(Chunk)


def chunk_in(data: bytes) -> Chunk:
    """Raises `ValueError` where it is not one."""
    try:
        return _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
