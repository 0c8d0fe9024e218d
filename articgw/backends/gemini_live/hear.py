"""A message of Gemini's Live API: as `Heard`, and what it says of the session."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import End, Heard
from articgw.backends.wire.turn import READY


class Part(msgspec.Struct):
    """A piece of content."""

    text: str | None = None
    thought: bool | None = None


class Content(msgspec.Struct):
    """What the model says."""

    parts: list[Part] | None = None


class Transcript(msgspec.Struct):
    """What it says aloud."""

    text: str | None = None


class Server(msgspec.Struct, rename="camel"):
    """``serverContent``."""

    model_turn: Content | None = None
    output_transcription: Transcript | None = None
    turn_complete: bool = False
    interrupted: bool = False


class Modality(msgspec.Struct, rename="camel"):
    """Tokens of one kind."""

    modality: str = ""
    token_count: int | None = None


class Spent(msgspec.Struct, rename="camel"):
    """``usageMetadata``."""

    prompt_token_count: int | None = None
    response_token_count: int | None = None
    cached_content_token_count: int | None = None
    prompt_tokens_details: list[Modality] | None = None


class Resumption(msgspec.Struct, rename="camel"):
    """``sessionResumptionUpdate``."""

    new_handle: str | None = None
    resumable: bool = False


class Message(msgspec.Struct, rename="camel"):
    """One message; several of these may stand in it."""

    setup_complete: Any = None
    server_content: Server | None = None
    usage_metadata: Spent | None = None
    go_away: Any = None
    session_resumption_update: Resumption | None = None
    error: Any = None


class Told(NamedTuple):
    """What a message says."""

    heard: Heard
    handle: str | None
    """To go on with this session elsewhere."""
    is_leaving: bool
    """The server will hang up within a minute."""


_decoder = msgspec.json.Decoder(Message)


def told(data: bytes) -> Told:
    """Raises `ValueError` where it is none."""
    try:
        message = _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    update = message.session_resumption_update
    handle = update.new_handle if update is not None and update.resumable else None
    return Told(_heard(message), handle, message.go_away is not None)


def _heard(message: Message) -> Heard:
    if message.error is not None:
        return Heard(complaint=complaint_of({"error": message.error}))
    if message.setup_complete is not None:
        return READY
    said = message.server_content
    spent = message.usage_metadata
    usage = _usage(spent) if spent is not None else None
    if said is None:
        return Heard(usage=usage, is_part=False)
    parts = (said.model_turn.parts or ()) if said.model_turn is not None else ()
    text = "".join(part.text or "" for part in parts if not part.thought)
    if said.output_transcription is not None:
        text += said.output_transcription.text or ""
    end: End = "broken" if said.interrupted else "stop" if said.turn_complete else ""
    return Heard(text=text, usage=usage, end=end, done=said.turn_complete)


def _usage(spent: Spent) -> Usage:
    details = spent.prompt_tokens_details or ()
    return Usage(
        input_tokens=spent.prompt_token_count or 0,
        visual_tokens=sum(
            one.token_count or 0 for one in details if one.modality in ("IMAGE", "VIDEO")
        ),
        cached_tokens=spent.cached_content_token_count or 0,
        output_tokens=spent.response_token_count or 0,
    )
