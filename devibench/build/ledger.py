"""What a stage has decided: one JSON line per thing, on disk before the next is begun.

A line that a kill tore is dropped when the ledger is opened again; what it was about is decided
anew. Nothing is ever changed or taken back.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from articgw.errors import ConfigError


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """About one segment or question."""

    key: str
    reason: str = ""
    """Why it was rejected; empty where it goes on to the next stage."""
    data: dict[str, Any] = {}
    """What the stage found out."""

    @property
    def accepted(self) -> bool:
        """Does it go on to the next stage?"""
        return not self.reason


class Ledger:
    """One stage's decisions, in the order in which they were taken."""

    def __init__(self, file: Path) -> None:
        """Open or begin. Raises `ConfigError` with file and line where it was spoilt by others."""
        self.file = file
        self._decided: dict[str, Decision] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        content = file.read_bytes() if file.is_file() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(file, len(whole))
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                decision = msgspec.json.decode(line, type=Decision)
            except msgspec.MsgspecError as error:
                raise ConfigError(f"{file}:{number}: {error}; mend or delete the line") from error
            self._decided[decision.key] = decision

    def __contains__(self, key: object) -> bool:
        """Is it decided?"""
        return key in self._decided

    def add(self, decision: Decision) -> None:
        """Decide; returns when it is on disk. Raises ``OSError`` where the disk is full."""
        with self.file.open("ab") as lines:
            lines.write(msgspec.json.encode(decision) + b"\n")
            lines.flush()
            os.fsync(lines.fileno())
        self._decided[decision.key] = decision

    def accepted(self) -> tuple[Decision, ...]:
        """What goes on, by key."""
        found = (one for one in self._decided.values() if one.accepted)
        return tuple(sorted(found, key=lambda one: one.key))

    def reasons(self) -> dict[str, int]:
        """How many were rejected for which reason, the commonest first."""
        counted = Counter(one.reason for one in self._decided.values() if not one.accepted)
        return dict(counted.most_common())
