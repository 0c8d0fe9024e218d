"""One thing wrong with a clip set, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Complaint:
    """Reads ``file:line: what is wrong; what to do``."""

    file: Path
    line: int
    """From 1; 1 for what has no line."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"

    def order(self) -> tuple[str, int, str]:
        """Sort by file, line, text."""
        return str(self.file), self.line, self.text
