"""A line of Ollama's own chat, as `Heard`."""

from __future__ import annotations

from typing import Any

import msgspec

from articgw.backends.base import Usage
from articgw.backends.wire.complaint import complaint_of
from articgw.backends.wire.heard import CallPiece, End, Heard


class Function(msgspec.Struct):
    """What is to be run."""

    name: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class Call(msgspec.Struct):
    """Always whole."""

    function: Function


class Said(msgspec.Struct):
    """``thinking`` comes beside it and is not for the person."""

    content: str | None = None
    tool_calls: list[Call] | None = None


class Word(msgspec.Struct):
    """A token."""

    token: str = ""
    logprob: float | None = None


class Line(msgspec.Struct):
    """One object of the stream."""

    message: Said | None = None
    done: bool = False
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    """Without what was still in the cache of the slot, in some versions."""
    eval_count: int | None = None
    logprobs: list[Word] | None = None
    error: Any = None


_decoder = msgspec.json.Decoder(Line)


def hear(data: bytes) -> Heard:
    """Raises `ValueError` where it is none."""
    try:
        line = _decoder.decode(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if line.error is not None:
        return Heard(complaint=complaint_of({"error": line.error}))
    end: End = ""
    if line.done:
        end = "length" if line.done_reason == "length" else "stop"
    words = tuple((w.token, w.logprob) for w in line.logprobs or () if w.logprob is not None)
    return Heard(
        text=(line.message.content or "") if line.message is not None else "",
        words=words,
        usage=Usage(input_tokens=line.prompt_eval_count or 0, output_tokens=line.eval_count or 0)
        if line.done
        else None,
        end=end,
        done=line.done,
        is_part=line.message is not None or line.done,
        calls=_calls(line.message) if line.message is not None else (),
    )


def _calls(said: Said) -> tuple[CallPiece, ...]:
    return tuple(
        CallPiece(name=call.function.name, arguments=bytes(call.function.arguments).decode())
        for call in said.tool_calls or ()
    )
