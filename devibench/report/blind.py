"""What is reached without looking, as arms like any other: always the commonest answer, and a model
that was given the question alone. What looking brings is an arm less these, in pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from devibench.report.runs import Arm, Run
from devibench.report.tables import Versus, versus
from devibench.scoring.baselines import majority

MAJORITY = "majority"


@dataclass(frozen=True, slots=True)
class Looking:
    """One arm against those of its run that did not look."""

    arm: Arm
    over: dict[str, Versus]
    """By the baseline's name in its run."""


def blind_arms(runs: Sequence[Run], arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Those that were shown no picture, and a majority for each run that kept its questions."""
    made = (_majority(run, alone=len(runs) == 1) for run in runs)
    return (*(arm for arm in arms if arm.text_only), *(arm for arm in made if arm is not None))


def looking(arms: Sequence[Arm], blind: Sequence[Arm]) -> tuple[Looking, ...]:
    """A row per arm that has something to be held against."""
    found = []
    for arm in arms:
        mine = [other for other in blind if other.run is arm.run]
        over = {other.arm: row for other in mine if (row := versus(arm, other)) is not None}
        if over:
            found.append(Looking(arm, over))
    return tuple(found)


def lacking(runs: Sequence[Run], blind: Sequence[Arm]) -> Iterator[str]:
    """Which run lacks which baseline, and what to do about it."""
    for run in runs:
        mine = [arm for arm in blind if arm.run is run]
        if not any(arm.text_only for arm in mine):
            yield (
                f"{run.name}: nobody was asked without a picture, so what the questions alone "
                "give away is unknown; go on with it by evaluate --degrade text-only."
            )
        if not any(arm.arm == MAJORITY for arm in mine):
            yield f"{run.name}: it kept no questions, so what the commonest answer wins is unknown."


def _majority(run: Run, *, alone: bool) -> Arm | None:
    asked = {line.key: line for line in run.lines}
    found = majority(run.questions[key] for key in asked if key in run.questions)
    if found is None:
        return None
    lines = {
        key: msgspec.structs.replace(
            asked[key], arm=MAJORITY, answer=found.answer, correct=right, readability=None, bits=0,
            frame_age_ms=None, latency_ms=0.0, frames=0, usage=None, attempt=0, kbps=0.0,
            latency_p50_ms=0.0, late_share=0.0, answer_ms=0.0, why=None,
        )
        for key, right in found.right.items()
    }  # fmt: skip
    name = f"{MAJORITY} ({found.answer})"
    return Arm(run, MAJORITY, name if alone else f"{run.name}: {name}", lines)
