"""A goal must not look better than its worse arm, nor than what never came."""

from __future__ import annotations

from typing import Any

from tests.bench._live_goals import goals_of, median_of, medians

ARMS = ("chromium/ours", "sender/ours")


def row(part: str, arm: str, **figures: Any) -> dict[str, Any]:
    return {"part": part, "arm": arm, "repeat": 0, **figures}


def value_of(rows: list[dict[str, Any]], name: str) -> float | None:
    return next(goal.value for goal in goals_of(rows) if goal.name == name)


def test_the_worse_arm_counts() -> None:
    rows = [
        row("start", arm, first_frame_lines=lines, s_to_900kbps=seconds, s_to_answerable=1.0)
        for arm, lines, seconds in zip(ARMS, (720, 360), (0.4, 0.9), strict=True)
    ]
    assert value_of(rows, "first_frame_lines") == 360
    assert value_of(rows, "s_to_900kbps") == 0.9


def test_the_median_of_the_repeats_counts() -> None:
    rows = [row("available", "sender/ours", available_p50_ms=ms) for ms in (9.0, 5.0, 30.0)]
    assert value_of(rows, "available_p50_ms") == 9.0


def test_what_never_came_once_has_no_value() -> None:
    rows = [row("start", "sender/ours", s_to_900kbps=s) for s in (0.4, None, 0.4)]
    assert median_of(rows, "start", "sender/ours", "s_to_900kbps") is None
    assert value_of(rows, "s_to_900kbps") is None


def test_stock_arms_do_not_count() -> None:
    rows = [row("stalled", arm, stalled_growth_mib=0.1) for arm in ARMS]
    rows.append(row("stalled", "sender/stock", stalled_growth_mib=900.0))
    assert value_of(rows, "stalled_growth_mib") == 0.1


def test_idle_bytes_are_compared_within_each_arm() -> None:
    rows = [
        row(part, arm, uplink_bytes=sent)
        for arm, idle, asked in zip(ARMS, (10, 30), (100, 200), strict=True)
        for part, sent in (("idle", idle), ("asked", asked))
    ]
    assert value_of(rows, "idle_bytes_vs_asked") == 0.15


def test_parts_that_were_not_run_have_no_goals() -> None:
    assert goals_of([row("available", "sender/ours", available_p50_ms=5.0)])[0].met
    assert len(goals_of([row("available", "sender/ours", available_p50_ms=5.0)])) == 1


def test_people_see_range_and_what_never_came() -> None:
    rows = [row("start", "sender/ours", s_to_900kbps=s) for s in (0.4, None, 0.6)]
    assert medians(rows, "start") == {"sender/ours": {"s_to_900kbps": "0.5 (0.4 to 0.6), 1 never"}}
