"""The messages of the data channel ``articgw``: one JSON object each, told apart by ``type``.

Rules, which docs/protocol.md tells a client's author in full:

1. The client speaks first: ``hello``; the gateway answers ``ready`` and takes questions then.
2. Every ``ask`` ends in exactly one ``answer.done`` or one ``error`` that carries its ``id``.
3. A new ``ask`` supersedes the one that is running; ``cancel`` ends it.
4. Unknown fields are ignored; an unknown type is answered with an error; neither ends the call.
5. A ``steer`` goes only to those who said what they ``can``; the newest one holds.

The types here are the one source: the decoder, the published schema and the table in the docs are
all made from them (msgspec, so that no message is checked by hand).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, get_args

import msgspec

from articgw.errors import ErrorCode, PeerError
from articgw.still_parts import StillError, StillPart, unpack_part
from articgw.tools.spec import KEYWORDS, Tool

LABEL = "articgw"
VERSION = 1
MAX_MESSAGE_BYTES = 16 * 1024
"""RFC 8831 section 6.6: without interleaving, larger messages would block the others."""
MAX_QUESTION_CHARS = 2000
MAX_ID_CHARS = 64
CAN = (
    *("cap", "fps", "size", "pause", "regions-qp", "regions-packed"),
    *("still", "status", "objects"),
)
"""What a client may say of itself in ``hello.can``. All but the last three are parts of a `Steer`
that it obeys; who obeys "fps" also sends a fresh frame at once with every ``ask``. Who says "still"
may be sent a `StillRequest`, who says "status" is sent a `Status` every second, who says "objects"
is sent `Objects` where the gateway detects them."""

MAX_RESULT_CHARS = 8000
"""Of what a tool returns."""

QuestionId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MAX_ID_CHARS, pattern="^[A-Za-z0-9._-]+$")
]
"""Chosen by the client; it is part of a URL, so it is kept to letters, digits and . _ -"""


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    pass


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """Client → gateway, once: who speaks, and which parts of a `steer` it can obey."""

    version: int = VERSION
    can: tuple[str, ...] = ()
    """Of `CAN`; words that the gateway does not know are ignored."""


class Typing(_Message, frozen=True, kw_only=True, tag="typing"):
    """Client → gateway: a question is being written or spoken; pictures are wanted soon."""


class SteerAck(_Message, frozen=True, kw_only=True, tag="steer.ack"):
    """Client → gateway: the steer ``seq`` was taken, and which parts of it are in force."""

    seq: int
    applied: tuple[str, ...] = ()


class Stats(_Message, frozen=True, kw_only=True, tag="stats"):
    """Client → gateway, at most once a second: what the sender measures of itself."""

    bps: float | None = None
    """Sent, on the wire as far as the sender knows it."""
    fps: float | None = None
    size_px: tuple[int, int] | None = None
    region_db: float | None = None
    """PSNR of the most important region, on what the encoder made of it."""
    region_qp: float | None = None
    """The quantiser that it was coded with."""


class Ask(_Message, frozen=True, kw_only=True, tag="ask"):
    """Client → gateway: a question about what the camera sees now."""

    id: QuestionId
    text: str
    t: float | None = None
    """When it was asked, s on the client's clock; only echoed."""


class Cancel(_Message, frozen=True, kw_only=True, tag="cancel"):
    """Client → gateway: the answer to ``id`` is not wanted any more."""

    id: QuestionId


class Tools(_Message, frozen=True, kw_only=True, tag="tools"):
    """Client → gateway: what the model may ask for from now on, instead of what it could before."""

    tools: tuple[Tool, ...]


class ToolResult(_Message, frozen=True, kw_only=True, tag="tool.result"):
    """Client → gateway: what came of a `ToolCall`."""

    call: str
    text: str
    """For the model: words, or JSON."""
    failed: bool = False


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """Gateway → client: questions are taken now."""

    version: int
    session: str
    """Unguessable; names the looks of this call over HTTP."""
    model: str
    about: str
    """What the model can and cannot do, one sentence."""


class ToolsTaken(_Message, frozen=True, kw_only=True, tag="tools.taken", omit_defaults=False):
    """Gateway → client: what became of `Tools`."""

    offered: tuple[str, ...]
    """Names that the model is told of."""
    refused: dict[str, str]
    """The others, each with the reason."""


class ToolCall(_Message, frozen=True, kw_only=True, tag="tool.call", omit_defaults=False):
    """Gateway → client: run this tool of yours, and say what came of it.

    It is not wanted any more when the question has ended.
    """

    id: str
    """The question that it is for."""
    call: str
    """Comes back in the `ToolResult`."""
    name: str
    arguments: dict[str, Any]
    """As its schema wants them."""
    within_s: float
    """What comes later is not waited for."""


class AnswerDelta(_Message, frozen=True, kw_only=True, tag="answer.delta"):
    """Gateway → client: the next piece of an answer's text."""

    id: str
    text: str


class AnswerRegion(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the picture that the answer rests on."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1 as fractions of the frame that was looked at."""
    label: str
    """What is there, for people."""
    priority: float
    """0..1, 1 is the evidence itself."""
    ttl_s: float
    """How long the box can be shown over the live picture."""
    min_text_px: float | None = None
    """Height of the text in pixels of the frame that was looked at."""


class AnswerLook(msgspec.Struct, frozen=True, kw_only=True):
    """How well what was asked about came through."""

    db: float
    """PSNR of its luma, measured or as good as."""
    source: str
    """measured (by the sender), qp (by the quantisers of its blocks) or bits (of the frame)."""
    region_qp: float | None = None
    """0..51, H.264."""
    frame_bits: int | None = None


class AnswerReadability(msgspec.Struct, frozen=True, kw_only=True):
    """Could the pixels that matter be read? Never: is the answer right?"""

    value: float | None
    """0..1."""
    source: str
    look: AnswerLook | None = None
    """None where nobody knows."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer cost the model; zeros where it has no tokens."""

    input: int = 0
    visual: int = 0
    cached: int = 0
    output: int = 0


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time went, ms from the arrival of the question."""

    first_text_ms: float | None
    done_ms: float
    tools_ms: float = 0.0
    """Waiting for tools."""


class AnswerDone(_Message, frozen=True, kw_only=True, tag="answer.done", omit_defaults=False):
    """Gateway → client: the whole answer, and what it rests on."""

    id: str
    text: str
    finish: str
    """stop, length, or unknown: the model says that it cannot answer this."""
    readability: AnswerReadability
    regions: tuple[AnswerRegion, ...]
    frame_age_ms: float
    """Age of the frame when the model was given it."""
    frame_size_px: tuple[int, int]
    frame_url: str
    """Where the very frame that the model saw can be had, as JPEG, while the call lasts."""
    model: str
    tokens: Tokens
    """Of all that was asked for it, a second look included."""
    timings: Timings
    price_usd: float | None = None
    """What that cost, by the gateway's price list; null where it does not know."""
    tool_calls: int = 0
    """Tools that were run for it."""


class SteerRegion(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the picture that bits should go to."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1 as fractions of the frame."""
    priority: float
    ttl_s: float


class Steer(_Message, frozen=True, kw_only=True, tag="steer", omit_defaults=False):
    """Gateway → client: what to send from now on. Obey what you can; the newest ``seq`` holds."""

    seq: int
    cap_bps: int
    """Ceiling of the video."""
    fps: float
    """Ceiling of the frame rate."""
    size_px: tuple[int, int] | None
    """Ceiling of the size, whatever the camera's; None: as the camera gives it."""
    pause: bool
    """Send no video at all."""
    how: Literal["whole", "qp", "packed"] = "whole"
    """Whole frames alike, regions coded better than the rest, or packed (docs/protocol.md)."""
    regions: tuple[SteerRegion, ...]
    """As they lie now; the gateway moves them with the picture."""
    ttl_s: float
    """Without another steer by then, go back to what you would do on your own."""
    why: str
    """For people and logs."""
    cap_why: str = ""
    """Why the cap is what it is: prior, saturated, raised, stale, network, or idle."""


class Status(_Message, frozen=True, kw_only=True, tag="status", omit_defaults=False):
    """Gateway → client, once a second to those who can "status": how the call does."""

    received_bps: int
    estimate_bps: int
    cap_bps: int
    fps: float
    """Received in the last second."""
    frame_age_ms: float | None
    """Of the newest frame; None before the first."""
    queue_ms: float
    """What waits in the link, as far as arrivals tell."""
    readability: float | None
    """Of the last answer."""
    asked: bool
    """False while the call idles."""


class ObjectBox(msgspec.Struct, frozen=True, kw_only=True):
    """One object in view."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1 as fractions of the frame."""
    label: str
    """What it is, by the detector's own name for the kind."""
    score: float
    """0..1, how sure the detector is."""
    track: int | None = None
    """The same number is the same object; None where nobody follows it."""


class Objects(_Message, frozen=True, kw_only=True, tag="objects", omit_defaults=False):
    """Gateway → client, at most ten times a second to those who can "objects": what is in view."""

    boxes: tuple[ObjectBox, ...]
    """The surest first, at most 20."""
    age_ms: float
    """Since the frame was captured that the boxes are for."""
    detected_age_ms: float
    """Since the frame was captured that a detector saw last; more where boxes were carried on."""
    late: bool
    """The time that boxes may take (`detect_ms`) is not kept just now."""
    why: str
    """Why it was done this way; for people and logs."""


class StillRequest(_Message, frozen=True, kw_only=True, tag="still.request", omit_defaults=False):
    """Gateway → client: one sharp picture of a part of the camera's frame, as it is now.

    It comes back as a JPEG in binary messages (`articgw.still_parts`).
    """

    id: int
    """Of the still, 32 bits."""
    region: tuple[float, float, float, float]
    """x0, y0, x1, y1 as fractions of the camera's frame."""
    most_bytes: int
    """More is not taken."""


class Error(_Message, frozen=True, kw_only=True, tag="error"):
    """Gateway → client: something was not done, and what to do about it."""

    code: ErrorCode
    message: str
    id: str | None = None
    """The question that ends with this error, where there is one."""
    retry_after_s: float | None = None


ClientMessage = Hello | Typing | Ask | Cancel | SteerAck | Stats | Tools | ToolResult
Heard = ClientMessage | StillPart
"""Whatever a client may say."""
GatewayMessage = (
    Ready | AnswerDelta | AnswerDone | Steer | StillRequest | Status | Objects | Error
    | ToolsTaken | ToolCall
)  # fmt: skip

_client_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_gateway_decoder: msgspec.json.Decoder[GatewayMessage] = msgspec.json.Decoder(GatewayMessage)
_envelope_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_CLIENT_TYPES = frozenset(kind.__struct_config__.tag for kind in get_args(ClientMessage))


class MessageError(PeerError):
    """A message that cannot be taken; ``code`` and ``id`` go back in the `Error`."""

    def __init__(self, code: ErrorCode, message: str, id: str | None = None) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.id = id


def decode_client(data: str | bytes) -> ClientMessage:
    """One message from a client. Raises `MessageError`."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_MESSAGE_BYTES:
        raise MessageError(
            "too_large",
            f"a message is at most {MAX_MESSAGE_BYTES} bytes; this one has {len(raw)}",
            _envelope(raw)[1],
        )
    try:
        return _client_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explain(raw, error) from error


def decode_heard(data: str | bytes) -> Heard:
    """One message of the data channel: JSON, or a part of a still. Raises `MessageError`."""
    if isinstance(data, str) or data.lstrip()[:1] == b"{":
        return decode_client(data)
    try:
        return unpack_part(data)
    except StillError as error:
        raise MessageError("bad_message", f"neither JSON nor a part of a still: {error}") from error


def _envelope(raw: bytes) -> tuple[object, str | None]:
    """Type and id of a message that may be wrong in every other way."""
    try:
        fields = _envelope_decoder.decode(raw)
        kind = msgspec.json.decode(fields.get("type", b"null"))
        id_ = msgspec.json.decode(fields.get("id", b"null"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, None
    return kind, id_ if isinstance(id_, str) and len(id_) <= MAX_ID_CHARS else None


def _explain(raw: bytes, error: Exception) -> MessageError:
    kind, id_ = _envelope(raw)
    if kind is None:
        return MessageError("bad_message", f"a message is a JSON object with a type: {error}")
    if kind not in _CLIENT_TYPES:
        known = ", ".join(sorted(map(str, _CLIENT_TYPES)))
        return MessageError("unknown_type", f"type {kind!r:.40} is none of: {known}", id_)
    if kind == "tools":
        hint = f"a tool has name, description and parameters, a JSON Schema made of: {KEYWORDS}"
        return MessageError("bad_tools", f"{error}; {hint}", id_)
    return MessageError("bad_message", f"{kind}: {error}", id_)


def decode_gateway(data: str | bytes) -> GatewayMessage:
    """One message from a gateway, for clients in Python. Raises `MessageError`."""
    try:
        return _gateway_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError("bad_message", str(error)) from error


def encode(message: ClientMessage | GatewayMessage) -> str:
    """A message as JSON."""
    return msgspec.json.encode(message).decode()


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of both directions; docs/protocol.schema.json is this."""
    (to_gateway, to_client), definitions = msgspec.json.schema_components(
        [ClientMessage, GatewayMessage], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"articgw data channel, version {VERSION}",
        "$defs": {
            **definitions,
            "ClientToGateway": to_gateway,
            "GatewayToClient": to_client,
        },
        "anyOf": [{"$ref": "#/$defs/ClientToGateway"}, {"$ref": "#/$defs/GatewayToClient"}],
    }


def schema_text() -> str:
    """The schema as the text of the published file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
