"""Reads a trace back, line by line, into typed lines; what a newer gateway adds is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from articgw.errors import TraceError


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What every line has."""

    t: float
    """s on the clock of the gateway."""
    who: str
    what: str
    why: str = ""


class Start(Line, frozen=True, kw_only=True):
    """The first line."""

    wall: str
    """ISO 8601."""
    session: str
    """Part of a hash."""
    version: str


class Second(Line, frozen=True, kw_only=True):
    """How the call did, each second."""

    received_bps: float | None = None
    estimate_bps: float | None = None
    cap_bps: float | None = None
    capacity_bps: float | None = None
    """Of the emulated link, where there was one."""
    queue_ms: float | None = None
    frame_age_ms: float | None = None
    fps: float | None = None
    asked: bool = False


class Estimated(Line, frozen=True, kw_only=True):
    """What the network allows has changed."""

    estimate_bps: float | None = None
    received_bps: float | None = None
    queue_ms: float | None = None


class Steered(Line, frozen=True, kw_only=True):
    """The sender was told what to send."""

    seq: int
    cap_bps: float | None = None
    fps: float | None = None


class Acked(Line, frozen=True, kw_only=True):
    """The sender took a steer."""

    seq: int


class Asked(Line, frozen=True, kw_only=True):
    """A question came."""

    id: str


class Looked(Line, frozen=True, kw_only=True):
    """A frame was given to a model for a question."""

    id: str
    frame_age_ms: float | None = None
    width: int | None = None
    height: int | None = None


class ReadAhead(Line, frozen=True, kw_only=True):
    """A frame was given to a model ahead of any question."""


class Answered(Line, frozen=True, kw_only=True):
    """A question got its answer."""

    id: str
    readability: float | None = None
    readability_source: str | None = None
    finish: str | None = None
    first_text_ms: float | None = None
    done_ms: float | None = None


class Failed(Line, frozen=True, kw_only=True):
    """The caller was told of an error; with an id, it ended that question."""

    code: str
    id: str | None = None


class KeyframeRequested(Line, frozen=True, kw_only=True):
    """The sender was asked for a key frame."""


class ToolCalled(Line, frozen=True, kw_only=True):
    """A model asked for a tool."""

    id: str
    outcome: str
    name: str = ""
    """Empty where there was none of the name that it asked for."""
    took_ms: float | None = None


class WarmedUp(Line, frozen=True, kw_only=True):
    """A model was to read a picture ahead of a question."""

    outcome: str
    took_ms: float | None = None


_KINDS: dict[tuple[str, str], type[Line]] = {
    ("session", "start"): Start,
    ("link", "second"): Second,
    ("abr", "estimate"): Estimated,
    ("codecs", "steer"): Steered,
    ("sender", "ack"): Acked,
    ("session", "ask"): Asked,
    ("session", "look"): Looked,
    ("session", "read_ahead"): ReadAhead,
    ("session", "answer"): Answered,
    ("session", "error"): Failed,
    ("session", "tool"): ToolCalled,
    ("session", "ahead"): WarmedUp,
    ("session", "keyframe_request"): KeyframeRequested,
}

L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True)
class TraceLog:
    """A whole trace."""

    start: Start
    lines: tuple[Line, ...]
    """In the order of the file, the first line included."""
    note: str | None
    """What was wrong with its end, where anything was."""

    def of(self, kind: type[L]) -> list[L]:
        """The lines of one kind."""
        return [line for line in self.lines if isinstance(line, kind)]

    @property
    def duration_s(self) -> float:
        """From the first line to the last."""
        return max(line.t for line in self.lines) - self.start.t


def read_trace(path: Path) -> TraceLog:
    """Read a trace. Raises `TraceError` where it is none, or a line before the last is broken."""
    try:
        raw_lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TraceError(str(path), error.strerror or str(error)) from error
    lines: list[Line] = []
    note = None
    for number, raw in enumerate(raw_lines, 1):
        try:
            lines.append(_decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if 1 < number == len(raw_lines):
                note = f"line {number}, the last one, is cut off: {error}"
                break
            raise TraceError(f"{path}:{number}", f"not a line of a trace: {error}") from error
        if not isinstance(lines[0], Start):
            raise TraceError(f"{path}:1", "not a trace: it does not begin with a session's start")
    if not lines or not isinstance(lines[0], Start):
        raise TraceError(f"{path}:1", "not a trace: the file is empty")
    return TraceLog(lines[0], tuple(lines), note)


def _decode(raw: bytes) -> Line:
    head = msgspec.json.decode(raw, type=Line)
    kind = _KINDS.get((head.who, head.what))
    return head if kind is None else msgspec.json.decode(raw, type=kind)
