"""Results kept under the hash of everything that they depend on, so that a run can be resumed.

A small JSON file per result, written whole or not at all. diskcache and joblib.Memory were looked
at: the first unpickles what lies on the disk (CVE-2025-69872), the second hashes a function but not
the modules that it calls; either way the key would be made here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench._common import ROOT

LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "rapidocr")
SOURCES = (".py", ".js", ".html", ".css")


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of results."""

    folder: Path

    def get(self, key: Mapping[str, object]) -> Any:
        """What was kept under that key; None if nothing was."""
        file = self._file(key)
        return json.loads(file.read_text()) if file.is_file() else None

    def put(self, key: Mapping[str, object], value: object) -> None:
        """Keep it; several processes may do so at once."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(value))
        draft.replace(file)

    def _file(self, key: Mapping[str, object]) -> Path:
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
        return self.folder / name[:2] / f"{name}.json"


@cache
def digest_of(paths: frozenset[str]) -> str:
    """Of source files, relative to the repository's root, and of the libraries' versions."""
    hashed = hashlib.sha256()
    for path in sorted(paths):
        hashed.update(f"{path}\0".encode() + (ROOT / path).read_bytes())
    for library in LIBRARIES:
        hashed.update(f"{library} {version(library)}\0".encode())
    return hashed.hexdigest()


def modules(shelf: str, names: Iterable[str]) -> frozenset[str]:
    """Paths of modules on a shelf."""
    return frozenset(f"{shelf}/{name}.py" for name in names)


@cache
def below(*folders: str) -> frozenset[str]:
    """Paths of all sources in folders, relative to the repository's root like the folders."""
    return frozenset(
        file.relative_to(ROOT).as_posix()
        for folder in folders
        for file in (ROOT / folder).rglob("*.*")
        if file.suffix in SOURCES
    )
