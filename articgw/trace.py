"""Every decision of a call as one JSON line, so that a session can be replayed and plotted.

    {"t": 0.0, "who": "session", "what": "start", "why": "", "clock": …, "wall": …, "session": …}
    {"t": 1.0, "who": "link", "what": "second", "why": "", "received_bps": 412000, …}

``t`` is the gateway's monotonic clock. Nothing in a trace says what was asked or answered, and the
session is named by a part of a hash: its id is a secret. A thread writes, once a second: a disk
that stalls holds up no call, and one that is full ends the trace, not the call.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from articgw.errors import ConfigError

log = logging.getLogger(__name__)

JSON: TypeAlias = "None | bool | int | float | str | Sequence[JSON] | Mapping[str, JSON]"

MAX_BYTES = 64 * 2**20
FLUSH_S = 1.0
FLUSH_LINES = 256


class Trace(Protocol):
    """Takes what is decided."""

    def write(self, who: str, what: str, *, now: float, why: str = "", **fields: JSON) -> None:
        """Note that ``who`` did ``what`` at ``now`` (s), for the reason ``why``."""


class NoTrace:
    """Takes everything and keeps nothing."""

    def begin(self, session_id: str, *, now: float) -> None:
        """Nothing happens."""

    def write(self, who: str, what: str, *, now: float, why: str = "", **fields: JSON) -> None:
        """Nothing happens."""

    def close(self) -> None:
        """Nothing happens."""


class MemoryTrace:
    """Keeps everything, for tests."""

    def __init__(self) -> None:
        self.lines: list[dict[str, JSON]] = []

    def write(self, who: str, what: str, *, now: float, why: str = "", **fields: JSON) -> None:
        """Append to `lines`."""
        self.lines.append({"t": now, "who": who, "what": what, "why": why, **fields})


class TraceFile:
    """One file for one call, in ``folder``."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.path: Path | None = None
        """None until `begin`."""
        self._folder = folder
        self._file: io.FileIO | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="trace")
        self._lines: list[bytes] = []
        self._flushed_t = 0.0
        self._left_bytes = max_bytes
        self._ended = False
        self._broken = False

    def begin(self, session_id: str, *, now: float) -> None:
        """Make the file and write its first line. Lines that came before wait for this."""
        wall = datetime.now(UTC)
        name = f"{wall:%Y%m%dT%H%M%SZ}-{short_id(session_id)}.jsonl"
        try:
            self._file = io.FileIO(self._folder / name, "x")
        except OSError as error:
            log.warning("a call is not traced: %s: %s", self._folder, error.strerror)
            self._ended = True
            return
        self.path = self._folder / name
        self._flushed_t = now
        early, self._lines = self._lines, []
        self.write(
            "session",
            "start",
            now=now,
            clock="monotonic, s",
            wall=wall.isoformat(timespec="milliseconds"),
            session=short_id(session_id),
            version=version("articgw"),
        )
        self._lines += early

    def write(self, who: str, what: str, *, now: float, why: str = "", **fields: JSON) -> None:
        """Note a line; it is in the file a second later, or at `close`."""
        if self._ended:
            return
        line = _line(who, what, now, why, fields)
        if len(line) > self._left_bytes:
            line = _line("trace", "full", now, "the file has reached its size limit", {})
            self._ended = True
        self._left_bytes -= len(line)
        self._lines.append(line)
        due = now - self._flushed_t >= FLUSH_S or len(self._lines) >= FLUSH_LINES
        if due or self._ended:
            self._flush(now)

    def close(self) -> None:
        """Write what is left. Waits for the disk: not for the event loop. May be called twice."""
        self._ended = True
        if self._file is not None and not self._file.closed:
            self._flush(self._flushed_t)
            self._thread.shutdown()
            self._file.close()

    def _flush(self, now: float) -> None:
        if self._file is not None:
            self._flushed_t = now
            self._thread.submit(self._append, self._file, b"".join(self._lines))
            self._lines = []

    def _append(self, file: io.FileIO, data: bytes) -> None:
        try:
            while data and not self._broken:
                data = data[file.write(data) :]
        except OSError as error:
            log.warning("the trace %s ends here: %s", self.path, error.strerror)
            self._ended = self._broken = True


def short_id(session_id: str) -> str:
    """A name for a session that does not give its secret away."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:8]


def check_folder(folder: Path | None) -> None:
    """Make the folder for traces. Raises `ConfigError` where none can be written to it."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".articgw"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigError(f"trace_dir {folder} cannot be written to: {error.strerror}") from error


def open_trace(folder: Path | None) -> TraceFile | NoTrace:
    """The trace of a new call; none where no folder is set."""
    return NoTrace() if folder is None else TraceFile(folder)


def _line(who: str, what: str, now: float, why: str, fields: Mapping[str, JSON]) -> bytes:
    line = {"t": round(now, 4), "who": who, "what": what, "why": why, **fields}
    return msgspec.json.encode(line) + b"\n"
