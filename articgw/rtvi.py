"""RTVI, what Pipecat's clients speak on their data channel: as much as a camera needs.

    client-ready ─▶ hello        ready ─▶ bot-ready
    send-text ────▶ ask          answer.delta ─▶ bot-llm-started once, bot-llm-text
    disconnect-bot ▶ goodbye     answer.done ──▶ bot-output, bot-llm-stopped, server-message
    ping…, signalling ▶ nothing  error ────────▶ error-response to what it is about, or error
    llm-function-call-result ▶ tool.result       tool.call ─▶ llm-function-call-in-progress

Written after what their small WebRTC transport and server do (pipecat 1.14, client-js 1.13, RTVI
2.1.0). A type that RTVI does not have is answered with an error-response, one that only a bot with
a voice would use is taken and let go; neither ends the call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from articgw.protocol import (
    MAX_ID_CHARS,
    AnswerDelta,
    AnswerDone,
    Ask,
    ClientMessage,
    Error,
    GatewayMessage,
    Hello,
    MessageError,
    Ready,
    ToolCall,
    ToolResult,
)

LABEL = "rtvi-ai"
VERSION = "2.1.0"
LEGACY = "1."
"""Clients of the first protocol are told their own version, as Pipecat does."""
MAX_MESSAGE_BYTES = 64 * 1024
"""What the answer's SDP allows: their client sends as much, of things that are let go here."""
PEER_LEFT = '{"type":"signalling","message":{"type":"peerLeft"}}'
"""Their client hangs up on it; without it, it would call again."""
_LET_GO = frozenset(
    {
        "dtmf",
        "raw-audio",
        "raw-audio-batch",
        "ui-cancel-job-group",
        "ui-event",
        "ui-snapshot",
    }
)
_QUESTION_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_ID_CHARS}}}")
T = TypeVar("T")


class _Envelope(msgspec.Struct, frozen=True):
    label: str = ""
    type: str = ""
    id: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _ClientReady(msgspec.Struct, frozen=True):
    version: str = ""


class _FunctionCallResult(msgspec.Struct, frozen=True):
    tool_call_id: str
    result: Any = None


class _SendTextOptions(msgspec.Struct, frozen=True):
    run_immediately: bool = True


class _SendText(msgspec.Struct, frozen=True):
    content: str
    options: _SendTextOptions | None = None


class RtviDialect:
    """One call's."""

    def __init__(self) -> None:
        self.on_goodbye: Callable[[], None] = lambda: None
        """Called when the client sends the bot away."""
        self._greeted = False
        self._ready_id: str | None = None
        """Of the client-ready that has not been answered."""
        self._version = VERSION
        self._questions = 0
        self._answering: str | None = None
        """The question whose bot-llm-started has been said."""

    def takes(self, label: str) -> bool:
        """Any: each of their clients has its own."""
        del label
        return True

    def decode(self, data: str | bytes) -> Sequence[ClientMessage]:
        """What a message from the client says. Raises `MessageError`."""
        if isinstance(data, str) and data.startswith("ping"):
            return ()
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if len(raw) > MAX_MESSAGE_BYTES:
            raise MessageError("too_large", f"a message is at most {MAX_MESSAGE_BYTES} bytes")
        try:
            envelope = msgspec.json.decode(raw, type=_Envelope)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MessageError("bad_message", f"not an RTVI message: {error}") from error
        return self._understand(envelope) if envelope.label == LABEL else ()

    def encode(self, message: GatewayMessage) -> Sequence[str]:
        """The texts that tell the client so."""
        match message:
            case Ready():
                return self._bot_ready(message)
            case AnswerDelta(id=question_id, text=text):
                return *self._begin(question_id), _text("bot-llm-text", {"text": text})
            case AnswerDone(id=question_id):
                begun = self._begin(question_id)
                output = _text("bot-output", self._output(message.text))
                return *begun, output, *self._end(question_id), _text("server-message", message)
            case ToolCall(name=name, call=call, arguments=arguments):
                told = {"function_name": name, "tool_call_id": call, "arguments": arguments}
                return (_text("llm-function-call-in-progress", told),)
            case Error(id=None):
                return (_text("error", {**_failed(message), "fatal": False}),)
            case Error(id=id_):
                return *self._end(id_), _text("error-response", _failed(message), id_)
            case _:
                return ()

    def _understand(self, envelope: _Envelope) -> Sequence[ClientMessage]:
        match envelope.type:
            case "client-ready":
                version = _data(envelope, _ClientReady).version
                self._version = version if version.startswith(LEGACY) else VERSION
                self._ready_id = envelope.id or ""
                self._greeted = True
                return (Hello(),)
            case "send-text":
                return *self._greet(), self._ask(envelope)
            case "llm-function-call-result":
                return (_tool_result(_data(envelope, _FunctionCallResult)),)
            case "disconnect-bot":
                self.on_goodbye()
                return ()
            case kind if kind in _LET_GO:
                return ()
            case kind:
                raise MessageError("unknown_type", f"Unsupported type {kind!r:.40}", envelope.id)

    def _greet(self) -> Sequence[ClientMessage]:
        """Who reconnects does not say client-ready again."""
        greeting = () if self._greeted else (Hello(),)
        self._greeted = True
        return greeting

    def _ask(self, envelope: _Envelope) -> Ask:
        text = _data(envelope, _SendText)
        if text.options is not None and not text.options.run_immediately:
            nothing = "run_immediately: false is not supported: nothing is kept for later"
            raise MessageError("bad_message", nothing, envelope.id)
        self._questions += 1
        good = _QUESTION_ID.fullmatch(envelope.id or "")
        return Ask(id=good[0] if good else f"rtvi-{self._questions}", text=text.content)

    def _bot_ready(self, ready: Ready) -> Sequence[str]:
        if self._ready_id is None:
            return ()
        about = {
            "library": "articgw",
            "model": ready.model,
            "about": ready.about,
            "session": ready.session,
        }
        answered, self._ready_id = self._ready_id, None
        return (_text("bot-ready", {"version": self._version, "about": about}, answered),)

    def _begin(self, question_id: str) -> Sequence[str]:
        if self._answering == question_id:
            return ()
        ended = self._end(self._answering)
        self._answering = question_id
        return *ended, _text("bot-llm-started")

    def _end(self, question_id: str | None) -> Sequence[str]:
        if question_id is None or self._answering != question_id:
            return ()
        self._answering = None
        return (_text("bot-llm-stopped"),)

    def _output(self, text: str) -> Mapping[str, object]:
        """The answer as a whole, in the words of both protocols: it is never spoken."""
        return {
            "text": text,
            "aggregated_by": "sentence",
            "segment_id": self._questions,
            "spoken": False,
            "will_be_spoken": False,
        }


def _tool_result(told: _FunctionCallResult) -> ToolResult:
    """What their page's function returned: words, or whatever JSON holds."""
    result = told.result
    text = result if isinstance(result, str) else msgspec.json.encode(result).decode()
    return ToolResult(call=told.tool_call_id, text=text)


def _data(envelope: _Envelope, kind: type[T]) -> T:
    data = bytes(envelope.data)
    try:
        return msgspec.json.decode(b"{}" if data == b"null" else data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MessageError("bad_message", f"{envelope.type}: {error}", envelope.id) from error


def _failed(error: Error) -> Mapping[str, object]:
    """``message`` is what their page reads, ``error`` what their server writes."""
    told: dict[str, object] = {"error": error.message, "message": error.message, "code": error.code}
    if error.retry_after_s is not None:
        told["retry_after_s"] = error.retry_after_s
    return told


def _text(kind: str, data: object = None, id_: str | None = None) -> str:
    message: dict[str, Any] = {"label": LABEL, "type": kind}
    if id_ is not None:
        message["id"] = id_
    if data is not None:
        message["data"] = data
    return msgspec.json.encode(message).decode()
