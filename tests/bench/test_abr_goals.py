"""Goals come from the rows they name."""

from __future__ import annotations

import pytest

from tests.bench._abr_goals import goals_of

ROWS = [
    {"part": "anchor", "trace": t, "fps": 30.0, "policy": who, "ratio": ratio,
     "mean_bps": bps, "readable_share": readable, "speed_x": 300.0}
    for t, who, ratio, bps, readable in (
        ("a", "ours", 1.0, 2e5, 0.5), ("b", "ours", 1.21, 4e5, 0.7),
        ("a", "aiortc", 2.0, 8e5, 0.6), ("b", "aiortc", 2.0, 8e5, 0.6),
        ("a", "aiortc+published", 2.0, 8e5, 0.4), ("b", "aiortc+published", 2.0, 8e5, 0.6),
    )
]  # fmt: skip


def test_what_was_not_run_has_no_value() -> None:
    assert {goal.name for goal in goals_of([]) if goal.value is not None} == set()
    assert len(goals_of([])) == 12


def test_ratios_and_shares() -> None:
    values = {goal.name: goal.value for goal in goals_of(ROWS)}
    assert values["p95_ratio_geo"] == pytest.approx(1.1)
    assert values["p95_ratio_worst"] == 1.21
    assert values["readable_vs_published_pts"] == pytest.approx(10)
    assert values["rate_vs_estimator"] == pytest.approx(0.375)
    assert values["core_speed_x"] == pytest.approx(300)


def test_an_outage_that_is_never_regained_is_a_goal_missed() -> None:
    rows = [{"part": "regain", "policy": "ours", "regain_s": value} for value in (0.4, None)]
    assert {g.name: g.value for g in goals_of(rows)}["regain_s"] is None
