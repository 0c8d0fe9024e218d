"""Which arms are one treatment at several rates: their names differ in one rate only.

    x264:200k+found   x264:400k+found   ->   x264:*+found at 200k and 400k

A rate is a number, with or without a unit, that stands alone between signs. Arms without company
are curves of one point.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from devibench.report.runs import Arm

_RATE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?:[kmKM](?:bps|b/s)?|bps)?(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Rung:
    """One arm on its curve."""

    label: str
    """Its rate, as it is written in its name; empty where the curve has one point."""
    arm: Arm
    bps: float
    """Measured, mean over questions."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A treatment at its rates, the lowest first."""

    name: str
    rungs: tuple[Rung, ...]


def curves_of(arms: Sequence[Arm]) -> tuple[Curve, ...]:
    """In the order in which they are first met."""
    names = [arm.name for arm in arms]
    shape = {arm.name: _shape(arm.name, names) for arm in arms}
    grouped: dict[str, list[Rung]] = defaultdict(list)
    for arm in arms:
        name, label = shape[arm.name]
        bps = 1e3 * fmean(line.kbps for line in arm.lines.values())
        grouped[name].append(Rung(label, arm, bps))
    return tuple(
        Curve(name, tuple(sorted(rungs, key=lambda rung: rung.bps)))
        for name, rungs in grouped.items()
    )


def _shape(name: str, others: Sequence[str]) -> tuple[str, str]:
    best, company = (name, ""), 0
    for found in _RATE.finditer(name):
        starred = f"{name[: found.start()]}*{name[found.end() :]}"
        head, tail = re.escape(name[: found.start()]), re.escape(name[found.end() :])
        like = re.compile(f"{head}{_RATE.pattern}{tail}")
        count = sum(like.fullmatch(other) is not None for other in others)
        if count > max(1, company):
            best, company = (starred, found[0]), count
    return best
