"""A run on disk: a line is whole or not there, and what is there is not asked again.

RUN/run.json        what the answers are to; another set's or another model's run is refused
RUN/answers.jsonl   a line per answer, written at once; a torn last line is cut off
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec

from articgw.errors import ConfigError, DatasetError
from devibench.samples import ANSWERS_FILE, RUN_FILE, Line, RunMeta

SAME = ("dataset", "dataset_sha256", "backend", "judge", "second_judge", "seed", "wording")
"""Of two runs that may be one."""


class Store:
    """One run, open for more. Make it with `open_run`."""

    def __init__(self, folder: Path, meta: RunMeta, lines: list[Line], *, torn: bool) -> None:
        self.folder, self.meta, self.torn = folder, meta, torn
        self.lines = {(one.key, one.arm): one for one in lines}
        self._file = folder / ANSWERS_FILE

    @property
    def done(self) -> set[tuple[str, str]]:
        """Key and arm of what was answered and judged; of what failed, the rest is asked again."""
        return {known for known, line in self.lines.items() if not self.open(line)}

    def open(self, line: Line) -> bool:
        """Does it lack an answer, or a verdict?"""
        unsure = line.second is None and bool(self.meta.second_judge)
        return line.answer is None or line.correct is None or unsure

    def append(self, line: Line) -> None:
        """Keep an answer. Raises ``OSError`` where the disk is full; the others are safe then."""
        data = msgspec.json.encode(line) + b"\n"
        with self._file.open("ab", buffering=0) as opened:
            written = os.write(opened.fileno(), data)
            if written != len(data):
                opened.truncate(opened.tell() - written)
                raise OSError(errno.ENOSPC, "no space left for a line")
        self.lines[line.key, line.arm] = line


def open_run(folder: Path, meta: RunMeta) -> Store:
    """Begin a run, or go on with it. Raises `ConfigError` where it is another one."""
    known = folder / RUN_FILE
    if known.is_file():
        meta = _together(folder, meta)
    elif folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty and no run: it has no {RUN_FILE}; name another")
    folder.mkdir(parents=True, exist_ok=True)
    _write(known, msgspec.json.format(msgspec.json.encode(meta), indent=1))
    torn = _cut_torn(folder / ANSWERS_FILE)
    return Store(folder, meta, read_lines(folder), torn=torn)


def read_meta(folder: Path) -> RunMeta:
    """Raises `DatasetError` where there is none that can be read."""
    try:
        return msgspec.json.decode((folder / RUN_FILE).read_bytes(), type=RunMeta)
    except (OSError, msgspec.MsgspecError) as error:
        raise DatasetError(f"{folder / RUN_FILE}:1", f"is no run ({error})") from error


def read_lines(folder: Path) -> list[Line]:
    """Raises `DatasetError` with the line that is no answer."""
    file = folder / ANSWERS_FILE
    lines = []
    for number, text in enumerate(file.read_bytes().splitlines() if file.is_file() else (), 1):
        try:
            lines.append(msgspec.json.decode(text, type=Line))
        except msgspec.MsgspecError as error:
            raise DatasetError(f"{file}:{number}", f"is no answer ({error})") from error
    return lines


def rejudged(folder: Path, meta: RunMeta, lines: list[Line]) -> None:
    """The same answers under another judge; what was there stays until the new ones are whole."""
    _write(folder / RUN_FILE, msgspec.json.format(msgspec.json.encode(meta), indent=1))
    _write(folder / ANSWERS_FILE, b"".join(msgspec.json.encode(one) + b"\n" for one in lines))


def _together(folder: Path, meta: RunMeta) -> RunMeta:
    before = read_meta(folder)
    for name in SAME:
        was, wanted = getattr(before, name), getattr(meta, name)
        if was != wanted:
            raise ConfigError(
                f"{folder} holds another run: its {name} is {was!r}, not {wanted!r}; "
                "name another folder"
            )
    arms = tuple(dict.fromkeys((*before.arms, *meta.arms)))
    return msgspec.structs.replace(meta, arms=arms, samples=max(before.samples, meta.samples))


def _cut_torn(file: Path) -> bool:
    """Whether a process died in the middle of its last line."""
    if not file.is_file():
        return False
    data = file.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return False
    with file.open("r+b") as opened:
        opened.truncate(whole)
    return True


def _write(file: Path, data: bytes) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(data)
    part.replace(file)
