"""What the runs say: a row per arm, per arm and trace, and per pair of arms; and the goals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench import _devibench_coverage as coverage
from tests.bench import _devibench_evaluate as evaluate
from tests.bench._common import Goal
from tests.bench._devibench_arms import ARMS, CAP, ESTIMATOR, OURS, PUBLISHED, REGIONS

Row = dict[str, Any]
PAPER_POINTS, PAPER_MS = 15.12, -135.31
"""Artic (SIGCOMM'26, arXiv 2602.12641), abstract: accuracy with GCC, latency with BBR."""
PAIRS = (
    (CAP, ESTIMATOR), (REGIONS, ESTIMATOR), (PUBLISHED, ESTIMATOR), (OURS, ESTIMATOR),
    (OURS, PUBLISHED),
)  # fmt: skip
HEADLINE = "headline"


def arm_rows(rows: Sequence[Row]) -> list[Row]:
    """One per arm, over all traces."""
    return [_summed(_of(rows, arm), arm, "all") for arm in ARMS if _of(rows, arm)]


def trace_rows(rows: Sequence[Row]) -> list[Row]:
    """One per arm and trace."""
    traces = dict.fromkeys(row["trace"] for row in rows)
    return [
        _summed([row for row in _of(rows, arm) if row["trace"] == trace], arm, trace)
        for trace in traces
        for arm in ARMS
    ]


def type_rows(rows: Sequence[Row]) -> list[Row]:
    """Accuracy per arm and type of question."""
    types = sorted({row["task_type"] for row in rows})
    return [
        {
            "part": "type", "arm": arm, "task_type": kind, "asked": len(mine),
            "accuracy": float(np.mean([row["right"] for row in mine])),
        }
        for kind in types
        for arm in ARMS
        if (mine := [row for row in _of(rows, arm) if row["task_type"] == kind])
    ]  # fmt: skip


def pair_rows(rows: Sequence[Row]) -> list[Row]:
    """Differences on the same questions and links, with intervals over clips."""
    from devibench.statistics.paired import difference, mcnemar, mean_difference

    told = []
    for one, other in PAIRS:
        mine, theirs = _of(rows, one), _of(rows, other)
        clips = [row["clip"] for row in mine]
        right = [[bool(row["right"]) for row in side] for side in (mine, theirs)]
        mean_ms = [[float(np.mean(row["delays_ms"])) for row in side] for side in (mine, theirs)]
        gain = difference(right[0], right[1], clips)
        slower = mean_difference(mean_ms[0], mean_ms[1], clips)
        tested = mcnemar(right[0], right[1], clips)
        told.append({
            "part": "pair", "arm": one, "against": other,
            "gain_pts": 100 * gain.value,
            "gain_pts_95": [100 * gain.low, 100 * gain.high],
            "only_first": tested.only_first, "only_second": tested.only_second,
            "p_by_clip": tested.p_by_video,
            "mean_ms": float(np.mean(mean_ms[0]) - np.mean(mean_ms[1])),
            "mean_ms_95": None if slower is None else [slower.low, slower.high],
        })  # fmt: skip
    return told


def headline_goals(told: Sequence[Row]) -> list[Goal]:
    """The papers' claim, and ours against it."""
    arms = {row["arm"]: row for row in told if row["part"] == HEADLINE}
    pairs = {(row["arm"], row["against"]): row for row in told if row["part"] == "pair"}
    if not pairs:
        return []
    ours, theirs = arms[OURS], arms[PUBLISHED]
    return [
        Goal("full_gain_vs_estimator_pts", pairs[OURS, ESTIMATOR]["gain_pts"], 15, "higher"),
        Goal("full_gain_vs_published_pts", pairs[OURS, PUBLISHED]["gain_pts"], 3, "higher"),
        Goal("latency_vs_published", ours["p95_ms"] / theirs["p95_ms"], 0.7, "lower"),
        Goal("bits_vs_published", ours["kbps"] / theirs["kbps"], 0.3, "lower"),
    ]


def other_goals(tables: dict[str, int], *, slow: bool, timed: bool = True) -> list[Goal]:
    """Rows of the published tables, and what the other parts of the bench measure."""
    wanted = {"v1_rows": 1074, "v2_rows": 1968}
    goals = [Goal(name, tables.get(name), wanted[name], "higher") for name in wanted]
    if not slow:
        return goals
    found = evaluate.measure(large=timed) | coverage.measure()
    known: list[tuple[str, float, Any]] = [
        ("evaluate_min", 10, "lower"), ("reasked_recorded", 0, "lower"),
        ("ci_coverage_min", 0.93, "higher"), ("ci_coverage_max", 0.97, "lower"),
    ]  # fmt: skip
    return goals + [Goal(name, found.get(name), at, way) for name, at, way in known]


def print_told(told: Sequence[Row], console: Console) -> None:
    """Arms, pairs beside the paper's own figures, traces."""
    table = Table("system", "asked", "right %", "mean ms", "P95 ms", "late %", "kb/s", "age ms",
                  title="Over all links and questions")  # fmt: skip
    for row in told:
        if row["part"] == HEADLINE:
            table.add_row(row["arm"], str(row["asked"]), *_cells(row))
    console.print(table)
    table = Table("", "points", "95 % over clips", "p", "mean ms", "95 %", title="Paired")
    for row in told:
        if row["part"] == "pair":
            ms = row["mean_ms_95"]
            table.add_row(
                f"{row['arm']} - {row['against']}", f"{row['gain_pts']:+.2f}",
                "{:+.1f} … {:+.1f}".format(*row["gain_pts_95"]), f"{row['p_by_clip']:.3f}",
                f"{row['mean_ms']:+.1f}", "" if ms is None else "{:+.0f} … {:+.0f}".format(*ms),
            )  # fmt: skip
    table.add_row("the paper: published - estimator", f"{PAPER_POINTS:+.2f}", "", "",
                  f"{PAPER_MS:+.2f}", "")  # fmt: skip
    console.print(table)
    table = Table("link", "system", "right %", "mean ms", "P95 ms", "late %", "kb/s", "age ms")
    for row in told:
        if row["part"] == "trace":
            table.add_row(row["trace"], row["arm"], *_cells(row))
    console.print(table)


def _of(rows: Sequence[Row], arm: str) -> list[Row]:
    mine = [row for row in rows if row["arm"] == arm]
    return sorted(mine, key=lambda row: (row["trace"], row["key"]))


def _summed(rows: Sequence[Row], arm: str, trace: str) -> Row:
    delays_ms = np.concatenate([row["delays_ms"] for row in rows])
    p50, p95 = (float(one) for one in np.percentile(delays_ms, (50, 95)))
    return {
        "part": HEADLINE if trace == "all" else "trace", "trace": trace, "arm": arm,
        "asked": len(rows), "accuracy": float(np.mean([row["right"] for row in rows])),
        "mean_ms": float(delays_ms.mean()), "p50_ms": p50, "p95_ms": p95,
        "late_share": float((delays_ms > 300).mean()),
        "kbps": float(np.mean([row["kbps"] for row in rows])),
        "age_ms": float(np.median([row["age_ms"] for row in rows])),
    }  # fmt: skip


def _cells(row: Row) -> tuple[str, ...]:
    return (
        f"{100 * row['accuracy']:.1f}", f"{row['mean_ms']:.0f}", f"{row['p95_ms']:.0f}",
        f"{100 * row['late_share']:.1f}", f"{row['kbps']:.0f}", f"{row['age_ms']:.0f}",
    )  # fmt: skip
