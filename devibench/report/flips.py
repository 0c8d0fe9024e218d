"""The worst flips: right with the reference's picture, wrong with a degraded one.

Worst is what was said with most confidence, then what had most bits: neither the model nor the bits
gave warning.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devibench.report.keepsakes import Asked, picture_file
from devibench.report.runs import Arm
from devibench.report.tables import right
from devibench.samples import Line

ORIGINAL = ("original", "none", "lossless")
MOST = 12
MOST_BYTES = 3_000_000
"""Of pictures in a page."""


@dataclass(frozen=True, slots=True)
class Side:
    """One picture and what was answered to it."""

    arm: str
    answer: str
    kbps: float
    readability: float | None
    picture: str
    """As a data URI; empty where the run kept none."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One question."""

    key: str
    question: str
    """Empty where the run kept no questions."""
    expected: str
    task_type: str
    good: Side
    bad: Side


def reference_arm(arms: Sequence[Arm]) -> Arm:
    """The one that is called original, else that with the most bits."""
    for arm in arms:
        if arm.arm.lower() in ORIGINAL:
            return arm
    return max(arms, key=lambda arm: sum(line.kbps for line in arm.lines.values()) / len(arm.lines))


def worst(arms: Sequence[Arm], most: int = MOST) -> tuple[Flip, ...]:
    """One per question at most, with pictures first where only some have them."""
    seeing = [arm for arm in arms if not arm.text_only]
    if not seeing:
        return ()
    good = reference_arm(seeing)
    found: list[tuple[tuple[float, ...], Arm, str]] = []
    for arm in seeing:
        for key, line in arm.lines.items():
            before = good.lines.get(key)
            if arm is good or before is None or right(line) or not right(before):
                continue
            shown = picture_file(arm.run.folder, key, arm.arm).is_file()
            sure = -1.0 if line.readability is None else line.readability
            found.append(((float(shown), sure, line.kbps), arm, key))
    flips: list[Flip] = []
    seen, room = set[str](), MOST_BYTES
    for _, arm, key in sorted(found, key=lambda one: one[0], reverse=True):
        if key in seen or len(flips) == most:
            continue
        seen.add(key)
        flip = _flip(good, arm, key, room)
        room -= len(flip.good.picture) + len(flip.bad.picture)
        flips.append(flip)
    return tuple(flips)


def _flip(good: Arm, bad: Arm, key: str, room: int) -> Flip:
    line = bad.lines[key]
    asked = bad.run.questions.get(key) or good.run.questions.get(key) or Asked(key, "", ())
    sides = [_side(arm, arm.lines[key], room) for arm in (good, bad)]
    expected = " / ".join(asked.answers)
    return Flip(key, asked.question, expected, line.task_type, sides[0], sides[1])


def _side(arm: Arm, line: Line, room: int) -> Side:
    file = picture_file(arm.run.folder, line.key, arm.arm)
    return Side(arm.name, line.answer or "", line.kbps, line.readability, _uri(file, room))


def _uri(file: Path, room: int) -> str:
    if not file.is_file() or file.stat().st_size * 4 // 3 > room // 2:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(file.read_bytes()).decode()
