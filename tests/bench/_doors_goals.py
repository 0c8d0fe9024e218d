"""From rows to goals: none for a part that was not run, one without value for one that broke."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from tests.bench._common import Goal
from tests.bench._doors_join import median_of

Row = dict[str, Any]
Better = Literal["higher", "lower"]
Value = Callable[[Sequence[Row]], float | None]

ONE, TEN, FRESH = "one session", "ten sessions", "one session, sends a fresh frame"
"""Names of the arms."""
ENOUGH_HAPPENED = {
    "answers": 3,
    "channel": 8,
    "http": 30,
    "trace": 2,
    "pictures": 5,
    "with its key": 5,
    "tools": 2,
    "whip 201": 1,
    "pipecat 200": 1,
}
"""Nothing found means nothing where nothing happened."""


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """Those of the parts that have rows."""
    goals = []
    for name, part, value_of, at, better in _GOALS:
        of_part = [row for row in rows if row["part"] == part]
        if of_part:
            broke = any("error" in row for row in of_part)
            goals.append(Goal(name, None if broke else value_of(of_part), at, better))
    return goals


def _passed(rows: Sequence[Row]) -> float:
    return float(sum(row["passed"] for row in rows))


def _clients(rows: Sequence[Row]) -> float:
    return float(len({row["client"] for row in rows if row["passed"]}))


def _typed(rows: Sequence[Row]) -> float:
    return float(sum(row["passed"] for row in rows if row["code"] is not None))


def share_right(rows: Sequence[Row]) -> float | None:
    """Of the digits that the reader reads on the originals."""
    fair = [row for row in rows if row["right_on_original"]]
    return sum(row["right"] for row in fair) / len(fair) if fair else None


def _secret_hits(rows: Sequence[Row]) -> float | None:
    happened: dict[str, int] = next((row["happened"] for row in rows if "happened" in row), {})
    if any(happened.get(name, 0) < least for name, least in ENOUGH_HAPPENED.items()):
        return None
    return float(sum("sentinel" in row for row in rows))


_GOALS: tuple[tuple[str, str, Value, float, Better], ...] = (
    ("own_delay_p95_ms", "delay", lambda rows: median_of(rows, ONE, "own_p95_ms"), 10, "lower"),
    ("own_delay_p95_ms_10", "delay", lambda rows: median_of(rows, TEN, "own_p95_ms"), 20, "lower"),
    ("whip_codes", "whip", _passed, 20, "higher"),
    ("foreign_clients", "foreign", _clients, 2, "higher"),
    ("digits_right", "digits", share_right, 0.95, "higher"),
    ("faults_typed", "faults", _typed, 12, "higher"),
    ("secret_hits", "secrets", _secret_hits, 0, "lower"),
)
"""Goal, part, its figure, value and direction."""
