"""A chunk of OpenAI's chat completions, as `Heard`."""

from __future__ import annotations

from articgw.backends.base import Usage
from articgw.backends.openai_chat.chunk import Choice, Said, Spent, chunk_in
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import DONE, CallPiece, End, Heard

_LAST = b"[DONE]"
_ENDS: dict[str, End] = {
    "length": "length",
    "content_filter": "filtered",
    "abort": "broken",
    "error": "broken",
}
"""All others are the model's own end."""


def hear(data: bytes) -> Heard:
    """Raises `ValueError` where it is none."""
    if data.strip() == _LAST:
        return DONE
    chunk = chunk_in(data)
    if chunk.complaint is not None:
        return Heard(complaint=complaint_of(chunk.complaint))
    usage = _usage(chunk.usage) if chunk.usage is not None else None
    for choice in chunk.choices or ():
        if not choice.index:
            return _choice(choice, usage)
    return Heard(usage=usage, is_part=bool(chunk.choices))


def _choice(choice: Choice, usage: Usage | None) -> Heard:
    said = choice.delta or choice.message
    words = (choice.logprobs.content or ()) if choice.logprobs is not None else ()
    return Heard(
        text=said.text if said is not None else "",
        refusal=(said.refusal or "") if said is not None else "",
        words=tuple((w.token, w.logprob) for w in words if w.logprob is not None),
        usage=usage,
        end=_ENDS.get(choice.finish_reason, "stop") if choice.finish_reason else "",
        calls=_calls(said) if said is not None and said.tool_calls else (),
    )


def _calls(said: Said) -> tuple[CallPiece, ...]:
    return tuple(
        CallPiece(
            call.index or 0,
            call.id or "",
            (call.function and call.function.name) or "",
            (call.function and call.function.arguments) or "",
        )
        for call in said.tool_calls or ()
    )


def _usage(spent: Spent) -> Usage:
    details = spent.prompt_tokens_details
    return Usage(
        input_tokens=spent.prompt_tokens or 0,
        visual_tokens=details.visual_tokens if details is not None else 0,
        cached_tokens=(details and details.cached_tokens) or 0,
        output_tokens=spent.completion_tokens or 0,
    )
