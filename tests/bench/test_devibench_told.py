from __future__ import annotations

from typing import Any

import pytest

from tests.bench._devibench_arms import ARMS, ESTIMATOR, OURS, PUBLISHED
from tests.bench._devibench_told import (
    arm_rows,
    headline_goals,
    other_goals,
    pair_rows,
    trace_rows,
    type_rows,
)


def rows() -> list[dict[str, Any]]:
    """Four clips of two questions over two links; only ours is always right, quick and small."""
    return [
        {
            "trace": trace, "arm": arm, "clip": f"c{number // 2}", "key": f"s/{number}",
            "task_type": "Counting", "right": arm == OURS or (arm != ESTIMATOR and number % 2 == 0),
            "delays_ms": [50] * 9 + [100 if arm == OURS else 500],
            "kbps": 100.0 if arm == OURS else 400.0, "age_ms": 60.0,
        }
        for trace in ("a", "b")
        for number in range(8)
        for arm in ARMS
    ]  # fmt: skip


def test_arms_are_told_over_all_links() -> None:
    told = {row["arm"]: row for row in arm_rows(rows())}
    assert list(told) == list(ARMS)
    assert (told[OURS]["accuracy"], told[PUBLISHED]["accuracy"]) == (1.0, 0.5)
    assert told[OURS]["mean_ms"] == 55
    assert told[PUBLISHED]["late_share"] == pytest.approx(0.1)
    assert len(trace_rows(rows())) == 2 * len(ARMS)
    assert {row["asked"] for row in type_rows(rows())} == {16}


def test_pairs_have_intervals_over_clips() -> None:
    pairs = {(row["arm"], row["against"]): row for row in pair_rows(rows())}
    ours = pairs[OURS, ESTIMATOR]
    assert ours["gain_pts"] == 100
    assert ours["mean_ms"] == pytest.approx(-40)
    low, high = pairs[OURS, PUBLISHED]["gain_pts_95"]
    assert low <= 50 <= high


def test_goals_compare_ours_with_the_published_system() -> None:
    told = [*arm_rows(rows()), *pair_rows(rows())]
    goals = {goal.name: goal for goal in headline_goals(told)}
    assert goals["full_gain_vs_published_pts"].value == 50
    assert goals["latency_vs_published"].value == pytest.approx(100 / 500)
    assert goals["bits_vs_published"].value == 0.25
    assert all(goal.met for goal in goals.values())


def test_tables_that_are_absent_are_goals_that_are_missed() -> None:
    goals = {goal.name: goal for goal in other_goals({"v1_rows": 1074}, slow=False)}
    assert goals["v1_rows"].met
    assert not goals["v2_rows"].met
