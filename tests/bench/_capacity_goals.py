"""From rows to goals: medians of the repeats, compared between arms of one run."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from tests.bench._capacity_recorder import quantile
from tests.bench._common import Goal

Row = dict[str, Any]

GOAL_FPS, GOAL_CODEC = 30, "H264"
SHORT_GROUP = 20


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """Those of the parts that were run; None where a part has no figure for it."""
    parts = {row["part"] for row in rows}
    goals = list[Goal]()
    if "limits" in parts:
        idle, stock = (cost(rows, arm, "idle", "plain") for arm in ("ours", "stock"))
        obedient = cost(rows, "ours", "idle", "obedient")
        asked, stock_asked = (cost(rows, arm, "asked", "plain") for arm in ("ours", "stock"))
        bare = cost(rows, "no decode", "idle", "plain")
        goals += [
            Goal("idle_vs_stock", _ratio(stock, idle), 4, "higher"),
            Goal("obedient_idle_vs_stock", _ratio(stock, obedient), 8, "higher"),
            Goal("asked_vs_stock", _ratio(stock_asked, asked), 3, "higher"),
            Goal("idle_vs_nodecode", _ratio(idle, bare), 1.4, "lower"),
        ]
    if "each" in parts:
        fresh = [row.get("delay_p50_ms") for row in rows if _is_ours_of_the_goals(row)]
        goals.append(Goal("fresh_p50_ms", _median(fresh), 10, "lower"))
    if "questions" in parts:
        took = [
            ms
            for row in rows
            if row["part"] == "questions" and row["group"] <= SHORT_GROUP
            for ms in (row["took_ms"] if row["codec"] == GOAL_CODEC else ())
        ]
        goals.append(Goal("question_to_frame_p95_ms", quantile(took, 0.95), 60, "lower"))
    if "memory" in parts:
        slope = next((row["rss_slope_mib_h"] for row in rows if "rss_slope_mib_h" in row), None)
        goals.append(Goal("rss_slope_mib_h", slope, 1, "lower"))
    if "kill" in parts:
        row = next(row for row in rows if row["part"] == "kill")
        goals.append(Goal("neighbours_age_ratio_on_kill", row.get("age_ratio"), 1.2, "lower"))
        goals.append(Goal("respawn_s", row.get("respawn_s"), 1, "lower"))
    return goals


def cost(rows: Sequence[Row], arm: str, state: str, kind: str) -> float | None:
    """CPU seconds per session-second at the largest N that holds; the median of the repeats."""
    costs = [
        row["cpu_s_per_session_s"]
        for row in rows
        if row["part"] == "limits"
        and row.get("best")
        and (row["arm"], row["state"], row["kind"]) == (arm, state, kind)
    ]
    return _median(costs)


def _is_ours_of_the_goals(row: Row) -> bool:
    wanted = {"part": "each", "arm": "ours", "state": "idle", "kind": "plain"}
    wanted |= {"codec": GOAL_CODEC}
    return row.get("fps") == GOAL_FPS and all(row.get(k) == v for k, v in wanted.items())


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or not below else above / below
