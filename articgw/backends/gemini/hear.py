"""An event of Gemini's generateContent, as `Heard`.

Every event is a whole response with the next part of the text. There is no last event: the stream
ends behind the one that has a ``finishReason``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import CallPiece, End, Heard

_STOPPED = ("STOP", "FINISH_REASON_UNSPECIFIED")
_BROKEN = ("OTHER", "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL")
"""All that remain are filters: SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, IMAGE_…"""


class Call(msgspec.Struct):
    """Always whole."""

    id: str | None = None
    name: str = ""
    args: msgspec.Raw = msgspec.Raw(b"{}")


class Part(msgspec.Struct, rename="camel"):
    """A piece of content."""

    text: str | None = None
    thought: bool | None = None
    function_call: Call | None = None
    thought_signature: str | None = None
    """Of a call, without which it cannot be answered."""


class Content(msgspec.Struct):
    """What a candidate says."""

    parts: list[Part] | None = None


class Word(msgspec.Struct, rename="camel"):
    """A token."""

    token: str = ""
    log_probability: float | None = None


class Words(msgspec.Struct, rename="camel"):
    """The tokens of an event."""

    chosen_candidates: list[Word] | None = None


class Candidate(msgspec.Struct, rename="camel"):
    """The one that is asked for has index 0."""

    content: Content | None = None
    finish_reason: str | None = None
    logprobs_result: Words | None = None
    index: int | None = 0


class Modality(msgspec.Struct, rename="camel"):
    """Tokens of one kind."""

    modality: str = ""
    token_count: int | None = None


class Spent(msgspec.Struct, rename="camel"):
    """``usageMetadata``."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None
    prompt_tokens_details: list[Modality] | None = None


class Feedback(msgspec.Struct, rename="camel"):
    """About the prompt."""

    block_reason: str | None = None


class Response(msgspec.Struct, rename="camel"):
    """One event."""

    candidates: list[Candidate] | None = None
    prompt_feedback: Feedback | None = None
    usage_metadata: Spent | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(Response)


def hear(data: bytes) -> Heard:
    """Raises `ValueError` where it is none."""
    try:
        response = _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if response.error is not None:
        return Heard(complaint=complaint_of({"error": response.error}))
    if response.prompt_feedback is not None and response.prompt_feedback.block_reason:
        return Heard(end="filtered")
    spent = response.usage_metadata
    usage = _usage(spent) if spent is not None else None
    for candidate in response.candidates or ():
        if not candidate.index:
            return _candidate(candidate, usage)
    return Heard(usage=usage, is_part=False)


def _candidate(candidate: Candidate, usage: Usage | None) -> Heard:
    parts = (candidate.content.parts or ()) if candidate.content is not None else ()
    result = candidate.logprobs_result
    words = (result.chosen_candidates or ()) if result is not None else ()
    end = _end(candidate.finish_reason)
    return Heard(
        text="".join(part.text or "" for part in parts if not part.thought),
        words=tuple((w.token, w.log_probability) for w in words if w.log_probability is not None),
        usage=usage,
        end=end,
        done=bool(end) and usage is not None,
        calls=tuple(_call(part.function_call, part) for part in parts if part.function_call),
    )


def _call(call: Call, part: Part) -> CallPiece:
    arguments = bytes(call.args).decode()
    signature = part.thought_signature or ""
    return CallPiece(0, call.id or "", call.name, arguments, signature)


def _end(reason: str | None) -> End:
    if not reason:
        return ""
    if reason in _STOPPED:
        return "stop"
    if reason == "MAX_TOKENS":
        return "length"
    return "broken" if reason in _BROKEN else "filtered"


def _usage(spent: Spent) -> Usage:
    details = spent.prompt_tokens_details or ()
    return Usage(
        input_tokens=spent.prompt_token_count or 0,
        visual_tokens=sum(one.token_count or 0 for one in details if one.modality == "IMAGE"),
        cached_tokens=spent.cached_content_token_count or 0,
        output_tokens=(spent.candidates_token_count or 0) + (spent.thoughts_token_count or 0),
    )
