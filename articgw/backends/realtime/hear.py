"""An event of the Realtime API, as `Heard`. A model that speaks is read by its transcript."""

from __future__ import annotations

from typing import Any

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import NOTHING, CallPiece, End, Heard

_WORDS = ("response.output_text.delta", "response.output_audio_transcript.delta")
_ENDS: dict[str, End] = {"content_filter": "filtered", "max_output_tokens": "length"}


class Details(msgspec.Struct):
    """Of what was read."""

    cached_tokens: int | None = None
    image_tokens: int | None = None


class Spent(msgspec.Struct):
    """``usage``."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    input_token_details: Details | None = None


class Why(msgspec.Struct):
    """Why a response is not complete."""

    reason: str | None = None
    error: Any = None


class Response(msgspec.Struct):
    """How a response ended."""

    status: str = ""
    status_details: Why | None = None
    usage: Spent | None = None


class Item(msgspec.Struct):
    """A part of a response: words, or a tool call, which is read when it is whole."""

    type: str = ""
    call_id: str | None = None
    name: str | None = None
    arguments: str | None = None


class Event(msgspec.Struct):
    """One event."""

    type: str
    output_index: int | None = 0
    item: Item | None = None
    delta: str | None = None
    response: Response | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(Event)


def hear(data: bytes) -> Heard:
    """Raises `ValueError` where it is none."""
    try:
        event = _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if event.type in _WORDS:
        return Heard(text=event.delta or "")
    if event.type == "response.output_item.done" and event.item is not None:
        return _item(event.item, event.output_index or 0)
    if event.type == "error":
        return Heard(complaint=complaint_of({"error": event.error}))
    if event.type == "response.done" and event.response is not None:
        return _done(event.response)
    return NOTHING


def _item(item: Item, place: int) -> Heard:
    if item.type != "function_call":
        return NOTHING
    call = CallPiece(place, item.call_id or "", item.name or "", item.arguments or "")
    return Heard(calls=(call,))


def _done(response: Response) -> Heard:
    why = response.status_details
    if why is not None and why.error is not None:
        return Heard(complaint=complaint_of({"error": why.error}))
    end: End = "stop"
    if response.status != "completed":
        end = _ENDS.get((why and why.reason) or "", "broken")
    spent = response.usage
    usage = None if spent is None else _usage(spent)
    return Heard(end=end, usage=usage, done=True)


def _usage(spent: Spent) -> Usage:
    details = spent.input_token_details
    return Usage(
        input_tokens=spent.input_tokens or 0,
        visual_tokens=(details and details.image_tokens) or 0,
        cached_tokens=(details and details.cached_tokens) or 0,
        output_tokens=spent.output_tokens or 0,
    )
