"""What models said before, by what they were asked: the same picture and words are not paid twice.

SQLite, of the standard library: many processes may share a file, and a killed one loses nothing.
(Rejected: diskcache, whose files are pickles: CVE-2025-69872.)
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import msgspec

from articgw.errors import ConfigError
from devibench.samples import Pixels, Usage

WAIT_S = 30.0


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reply."""

    text: str
    readability: float | None = None
    usage: Usage | None = None
    answer_ms: float = 0.0


class Replies:
    """One file of them; None keeps nothing. Raises `ConfigError` where it cannot be opened."""

    def __init__(self, file: Path | None) -> None:
        self._lock = threading.Lock()
        self._kept: sqlite3.Connection | None = None
        if file is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = sqlite3.connect(file, timeout=WAIT_S, check_same_thread=False)
            kept.execute("PRAGMA journal_mode=WAL")
            kept.execute("CREATE TABLE IF NOT EXISTS said (asked TEXT PRIMARY KEY, reply BLOB)")
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(f"--cache {file}: cannot be opened ({error})") from error
        self._kept = kept

    def get(self, asked: str) -> Said | None:
        """What was said to that; None where nothing was, or it cannot be read."""
        if self._kept is None:
            return None
        with self._lock:
            try:
                find = "SELECT reply FROM said WHERE asked = ?"
                row = self._kept.execute(find, (asked,)).fetchone()
                return msgspec.json.decode(row[0], type=Said) if row else None
            except (sqlite3.Error, msgspec.MsgspecError):
                return None

    def put(self, asked: str, said: Said) -> None:
        """Keep it, from now on; where the disk is full it is paid for again."""
        if self._kept is not None:
            row = (asked, msgspec.json.encode(said))
            with self._lock, suppress(sqlite3.Error), self._kept:
                self._kept.execute("INSERT OR REPLACE INTO said VALUES (?, ?)", row)

    def close(self) -> None:
        """May be called twice."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def asked_of(backend: str, question: str, pictures: tuple[Pixels, ...]) -> str:
    """The content that a reply is kept by."""
    digest = hashlib.sha256(f"{backend}\0{question}\0{len(pictures)}".encode())
    for picture in pictures:
        digest.update(f"{picture.shape}".encode())
        digest.update(picture.tobytes())
    return digest.hexdigest()
