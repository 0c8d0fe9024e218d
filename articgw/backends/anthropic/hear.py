"""An event of Anthropic's messages, as `Heard`.

message_start · content_block_start · content_block_delta · content_block_stop · message_delta ·
message_stop, with ping and error in between. The event's name is repeated in its data, so only the
data is read. Thinking comes in blocks of its own and is not for the person.
"""

from __future__ import annotations

from typing import Any

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import DONE, NOTHING, CallPiece, End, Heard

_ENDS: dict[str, End] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filtered",
}
"""All others are the model's own end."""


class Block(msgspec.Struct):
    """A part of an answer, or of what is added to it."""

    type: str = ""
    text: str | None = None
    stop_reason: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = msgspec.Raw(b"")
    partial_json: str | None = None


class Spent(msgspec.Struct):
    """``usage``: what was read from the cache, or written there, is not in ``input_tokens``."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None


class Message(msgspec.Struct):
    """The beginning of a stream, or a whole answer."""

    usage: Spent | None = None


class Event(msgspec.Struct):
    """One event, or a whole answer."""

    type: str
    index: int | None = 0
    delta: Block | None = None
    content_block: Block | None = None
    message: Message | None = None
    usage: Spent | None = None
    error: Any = None
    content: list[Block] | None = None
    stop_reason: str | None = None


_decoder = msgspec.json.Decoder(Event)


def hear(data: bytes) -> Heard:
    """Raises `ValueError` where it is none."""
    try:
        event = _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    match event.type:
        case "content_block_delta" if event.delta is not None and event.delta.partial_json:
            return Heard(calls=(CallPiece(event.index or 0, arguments=event.delta.partial_json),))
        case "content_block_delta" if event.delta is not None:
            return Heard(text=event.delta.text or "" if event.delta.type == "text_delta" else "")
        case "content_block_start" if event.content_block is not None:
            block = event.content_block
            if block.type == "tool_use":
                return Heard(calls=(_call(block, event.index or 0),))
            return Heard(text=block.text or "" if block.type == "text" else "")
        case "message_start":
            spent = event.message.usage if event.message is not None else None
            return Heard(usage=_usage(spent))
        case "message_delta":
            reason = event.delta.stop_reason if event.delta is not None else None
            return Heard(usage=_usage(event.usage), end=_end(reason))
        case "message_stop":
            return DONE
        case "error":
            return Heard(complaint=complaint_of({"error": event.error}))
        case "message":
            text = "".join(one.text or "" for one in event.content or () if one.type == "text")
            end, blocks = _end(event.stop_reason), enumerate(event.content or ())
            calls = tuple(_call(one, n) for n, one in blocks if one.type == "tool_use")
            return Heard(text=text, usage=_usage(event.usage), end=end, done=True, calls=calls)
    return NOTHING


def _call(block: Block, place: int) -> CallPiece:
    """A stream's begins with an empty object, and what follows is not added to that."""
    whole = bytes(block.input)
    arguments = "" if whole == b"{}" else whole.decode()
    return CallPiece(place, block.id or "", block.name or "", arguments)


def _end(reason: str | None) -> End:
    return _ENDS.get(reason, "stop") if reason else ""


def _usage(spent: Spent | None) -> Usage | None:
    if spent is None:
        return None
    cached = spent.cache_read_input_tokens or 0
    written = spent.cache_creation_input_tokens or 0
    return Usage(
        input_tokens=(spent.input_tokens or 0) + cached + written,
        cached_tokens=cached,
        output_tokens=spent.output_tokens or 0,
    )
