"""What a confidence table is made of: how readable each question was at which bits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from devibench.report.runs import TEXT_ONLY, Run


def points(runs: Sequence[Run]) -> dict[str, list[tuple[float, float]]]:
    """Bits/s and readability by question, over all arms with a picture; where nothing was said of
    readability, whether the answer was right."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for run in runs:
        for line in run.lines:
            if line.kbps > 0 and not line.arm.startswith(TEXT_ONLY):
                value = float(bool(line.correct)) if line.readability is None else line.readability
                found[line.key].append((1e3 * line.kbps, value))
    return dict(found)
