"""From rows to goals: none for a part that was not run, one without value for one that broke."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import mean, median
from typing import Any, Literal

from tests.bench._common import Goal

Row = dict[str, Any]
Better = Literal["higher", "lower"]


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """Those of the parts that have rows."""
    goals = []
    for name, part, value_of, at, better in _GOALS:
        of_part = [row for row in rows if row["part"] == part]
        if of_part:
            broke = any("error" in row for row in of_part)
            goals.append(Goal(name, None if broke else value_of(of_part), at, better))
    return goals


def _arm(rows: Sequence[Row], arm: str, figure: str, **where: object) -> list[float]:
    return [
        row[figure]
        for row in rows
        if row["arm"] == arm and all(row[key] == value for key, value in where.items())
    ]


def _token_cpu(rows: Sequence[Row]) -> float:
    ours, theirs = (_arm(rows, arm, "us_per_token") for arm in ("ours", "openai client"))
    return median(ours) / median(theirs)


def _one(figure: str) -> Callable[[Sequence[Row]], float | None]:
    return lambda rows: rows[0][figure]


def _deadline_gain(rows: Sequence[Row]) -> float:
    ours, theirs = (_arm(rows, arm, "in_time", case="one is slow") for arm in ("ours", "fifo"))
    return mean(ours) / mean(theirs)


def _short_p95(rows: Sequence[Row]) -> float:
    ours, theirs = (_arm(rows, arm, "first_p95_s") for arm in ("ours", "fifo"))
    return mean(ours) / mean(theirs)


def _warm(rows: Sequence[Row]) -> float:
    return float(median(row["warm_ms"] for row in rows) / median(row["cold_ms"] for row in rows))


def _jain(rows: Sequence[Row]) -> float:
    return min(_arm(rows, "ours", "jain"))


def _conforming(rows: Sequence[Row]) -> float:
    failed = {row["adapter"] for row in rows if not row["passed"]}
    return float(len({row["adapter"] for row in rows} - failed))


_GOALS: tuple[tuple[str, str, Callable[[Sequence[Row]], float | None], float, Better], ...] = (
    ("token_cpu_vs_sdk", "cpu", _token_cpu, 0.167, "lower"),
    ("gateway_p95_ms", "gateway", _one("delay_p95_ms"), 10.0, "lower"),
    ("loop_lag_p99_ms", "gateway", _one("lag_p99_ms"), 20.0, "lower"),
    ("memory_slope_mib_h", "gateway", _one("memory_slope_mib_h"), 1.0, "lower"),
    ("deadline_gain_vs_fifo", "deadline", _deadline_gain, 1.2, "higher"),
    ("short_p95_vs_fifo", "short", _short_p95, 0.5, "lower"),
    ("warm_first_token_ratio", "warm", _warm, 0.5, "lower"),
    ("jain_greedy", "greedy", _jain, 0.95, "higher"),
    ("adapters_conforming", "adapters", _conforming, 6.0, "higher"),
    ("secret_hits", "secrets", _one("hits"), 0.0, "lower"),
)
