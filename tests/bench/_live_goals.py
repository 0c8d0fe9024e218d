"""From rows to goals: the median over repeats of each arm, then the worse of our arms."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any, Literal

from tests.bench._common import Goal

Row = dict[str, Any]
Better = Literal["higher", "lower"]

BOTH = ("chromium/ours", "sender/ours")
LIVE_GOALS: tuple[tuple[str, str, str, tuple[str, ...], float, Better], ...] = (
    ("first_frame_lines", "start", "first_frame_lines", BOTH, 720, "higher"),
    ("s_to_900kbps", "start", "s_to_900kbps", BOTH, 1, "lower"),
    ("s_to_answerable", "start", "s_to_answerable", BOTH, 1.5, "lower"),
    ("queue_200k_ms", "narrow", "queue_2s_ms", BOTH, 300, "lower"),
    ("freeze_longest_s", "freeze", "freeze_longest_s", BOTH, 0.5, "lower"),
    ("freeze_total_s", "freeze", "freeze_total_s", BOTH, 1, "lower"),
    ("cap_obeyed_s", "cap", "cap_obeyed_s", (*BOTH, "plain chromium/ours"), 1.5, "lower"),
    ("frame_age_p95_ms", "age", "frame_age_p95_ms", BOTH, 100, "lower"),
    ("available_p50_ms", "available", "available_p50_ms", ("sender/ours",), 10, "lower"),
    ("stalled_growth_mib", "stalled", "stalled_growth_mib", BOTH, 1, "lower"),
)
"""Goal, part, figure, arms, value and direction."""
IDLE_SHARE = 0.15


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """Those of the parts that were run. An arm without a figure makes a goal without a value."""
    ran = {row["part"] for row in rows}
    goals = [
        Goal(name, _worst([median_of(rows, part, arm, figure) for arm in arms], better), at, better)
        for name, part, figure, arms, at, better in LIVE_GOALS
        if part in ran
    ]
    if {"idle", "asked"} <= ran:
        shares = [_idle_share(rows, arm) for arm in BOTH]
        goals.append(Goal("idle_bytes_vs_asked", _worst(shares, "lower"), IDLE_SHARE, "lower"))
    return goals


def median_of(rows: Sequence[Row], part: str, arm: str, figure: str) -> float | None:
    """Over the repeats; None where one of them has no figure: what never came is not left out."""
    values = [row.get(figure) for row in rows if (row["part"], row["arm"]) == (part, arm)]
    known = [float(value) for value in values if value is not None]
    return statistics.median(known) if known and len(known) == len(values) else None


def medians(rows: Sequence[Row], part: str) -> dict[str, dict[str, str]]:
    """By arm and figure, for people: the median and, of several, the range."""
    told: dict[str, dict[str, str]] = {}
    of_part = [row for row in rows if row["part"] == part]
    for arm in dict.fromkeys(row["arm"] for row in of_part):
        mine = [row for row in of_part if row["arm"] == arm]
        told[arm] = {
            figure: _told([row.get(figure) for row in mine])
            for figure in dict.fromkeys(name for row in mine for name in row)
            if figure not in ("part", "arm", "repeat", "error", "first_number")
            and not any(isinstance(row.get(figure), list | tuple) for row in mine)
        }
    return told


def _told(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "never"
    told = f"{statistics.median(known):.4g}"
    if len(values) > 1:
        told += f" ({min(known):.3g} to {max(known):.3g})"
    missing = len(values) - len(known)
    return f"{told}, {missing} never" if missing else told


def _idle_share(rows: Sequence[Row], arm: str) -> float | None:
    idle, asked = (median_of(rows, part, arm, "uplink_bytes") for part in ("idle", "asked"))
    return None if idle is None or not asked else idle / asked


def _worst(values: Sequence[float | None], better: Better) -> float | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return min(known) if better == "higher" else max(known)
