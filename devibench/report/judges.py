"""How far two judges of a run agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from devibench.report.runs import Run
from devibench.scoring.agreement import Agreement, agreement


@dataclass(frozen=True, slots=True)
class Judged:
    """One run's two judges."""

    run: Run
    found: Agreement


def judged_twice(runs: Sequence[Run]) -> tuple[Judged, ...]:
    """Runs with answers that both of their judges judged."""
    found = []
    for run in runs:
        both = [one for one in run.lines if one.second is not None]
        if both:
            pairs = agreement(
                [bool(one.correct) for one in both], [bool(one.second) for one in both]
            )
            found.append(Judged(run, pairs))
    return tuple(found)
