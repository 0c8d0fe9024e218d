"""Runs as they lie on disk, made ready to be compared.

A run is a folder with `answers.jsonl` and `run.json`. The last line about a question under an arm
counts. Answers that failed or were not judged are counted, and left out of every accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from articgw.errors import ConfigError
from devibench.report.keepsakes import Asked, read_questions
from devibench.samples import ANSWERS_FILE, RUN_FILE, Line, RunMeta

TEXT_ONLY = ("text-only", "blank")
"""Arms whose names begin so were shown no picture to speak of."""


@dataclass(frozen=True, slots=True)
class Run:
    """One folder."""

    folder: Path
    name: str
    meta: RunMeta
    lines: tuple[Line, ...]
    """Judged answers, one per question and arm."""
    failed: int
    """Questions without an answer, or without a verdict."""
    questions: dict[str, Asked]
    """By key; empty where the run kept none."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One treatment of one run: what a row of the report is about."""

    run: Run
    arm: str
    name: str
    """Of the arm; with the run's name before it where there are several runs."""
    lines: dict[str, Line]
    """By key."""

    @property
    def text_only(self) -> bool:
        """Was the model shown no picture?"""
        return self.arm.startswith(TEXT_ONLY)


def read_run(folder: Path) -> Run:
    """Raises `ConfigError` naming the file, and the line, that is not a run's."""
    if not (folder / RUN_FILE).is_file():
        raise ConfigError(f"{folder} is not a run: it has no {RUN_FILE}; name what evaluate wrote")
    try:
        meta = msgspec.json.decode((folder / RUN_FILE).read_bytes(), type=RunMeta)
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{folder / RUN_FILE}: {error}") from error
    last = {(line.key, line.arm): line for line in _lines(folder / ANSWERS_FILE)}
    judged = tuple(line for line in last.values() if line.correct is not None)
    name = folder.resolve().name
    return Run(folder, name, meta, judged, len(last) - len(judged), read_questions(folder))


def arms_of(runs: Sequence[Run]) -> tuple[Arm, ...]:
    """All arms of all runs, in the order in which they were asked for."""
    found = []
    for run in runs:
        met = dict.fromkeys((*run.meta.arms, *(line.arm for line in run.lines)))
        for arm in met:
            lines = {line.key: line for line in run.lines if line.arm == arm}
            if lines:
                name = f"{run.name}: {arm}" if len(runs) > 1 else arm
                found.append(Arm(run, arm, name, lines))
    return tuple(found)


def same_questions(runs: Sequence[Run]) -> bool:
    """May answers be paired across all of them?"""
    return len({run.meta.dataset_sha256 for run in runs}) == 1


def _lines(file: Path) -> list[Line]:
    content = file.read_bytes() if file.is_file() else b""
    found = []
    whole = content[: content.rfind(b"\n") + 1]
    for number, text in enumerate(whole.splitlines(), 1):
        try:
            found.append(msgspec.json.decode(text, type=Line))
        except msgspec.MsgspecError as error:
            raise ConfigError(f"{file}:{number}: {error}; it is not an answer's line") from error
    if not found:
        raise ConfigError(f"{file} holds no answer; run evaluate to its end, or resume it")
    return found
