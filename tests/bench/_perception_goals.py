"""From rows to goals: None where there was nothing to measure it on."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np

from tests.bench import _perception_schedules as schedules
from tests.bench._common import Goal
from tests.bench._perception_suite import APPROXDET, BEST_FIXED, BUDGETS_MS, ORACLE, OURS

Row = dict[str, Any]

ORACLE_MISSES = 0.02
"""Where the oracle misses more there is nothing to be kept."""
DRAWS = 2000


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """All of the issue, in its order."""
    replayed = of(rows, part="replay")
    recoveries = [
        one
        for row in of(replayed, policy=OURS, slo_ms=100)
        if row["schedule"] in ("steps", "square")
        for one in row["recoveries_s"]
    ]
    changing = [row for row in replayed if row["schedule"] in schedules.CHANGING]
    ratios = [a["ap"] / b["ap"] for a, b in pairs(replayed, OURS, ORACLE) if b["ap"]]
    recovery = float(np.percentile(recoveries, 95)) if recoveries else None
    changing_slo = worst_miss(replayed, schedules.NAMES, ("changing",))
    return [
        Goal("miss_steady", worst_miss(replayed, schedules.STEADY, BUDGETS_MS), 0.05, "lower"),
        Goal("miss_fast", worst_miss(replayed, schedules.FAST, BUDGETS_MS), 0.10, "lower"),
        Goal("miss_changing_slo", changing_slo, 0.05, "lower"),
        Goal("ap_vs_oracle", fmean(ratios) if ratios else None, 0.97, "higher"),
        Goal("ap_over_best_fixed_pts", points(changing, "ap", OURS, BEST_FIXED), 3, "higher"),
        Goal("ap_over_approxdet_pts", points(replayed, "ap", OURS, APPROXDET), 0.5, "higher"),
        Goal("misses_minus_approxdet", less(replayed, "miss", OURS, APPROXDET), 0, "lower"),
        Goal("recovery_s", recovery, 0.5, "lower"),
        Goal("scheduler_ms", value(rows, "scheduler", "p95_ms"), 0.3, "lower"),
        Goal("sampler_vs_every_nth", value(rows, "sampler", "ratio"), 1.2, "higher"),
        Goal("export_iou", value(rows, "export", "iou"), 0.95, "higher"),
    ]  # fmt: skip


def of(rows: Sequence[Row], **wanted: Any) -> list[Row]:
    """Those with all these values."""
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def value(rows: Sequence[Row], part: str, key: str) -> float | None:
    """Of the one row of that part."""
    mine = of(rows, part=part)
    return mine[0][key] if mine else None


def pairs(rows: Sequence[Row], one: str, other: str) -> list[tuple[Row, Row]]:
    """On the same tape under the same requirement."""
    known = {_where(row): row for row in of(rows, policy=other)}
    return [(row, known[_where(row)]) for row in of(rows, policy=one) if _where(row) in known]


def worst_miss(rows: Sequence[Row], names: Sequence[str], slos: Sequence[Any]) -> float | None:
    """Of all schedules and requirements that the oracle keeps: the mean over seeds."""
    means = []
    for name in names:
        for slo_ms in slos:
            both = pairs(of(rows, schedule=name, slo_ms=slo_ms), OURS, ORACLE)
            if both and fmean(oracle["miss"] for _, oracle in both) <= ORACLE_MISSES:
                means.append(fmean(row["miss"] for row, _ in both))
    return max(means, default=None)


def less(rows: Sequence[Row], key: str, one: str, other: str) -> float | None:
    """Mean paired difference."""
    differences = [a[key] - b[key] for a, b in pairs(rows, one, other)]
    return fmean(differences) if differences else None


def points(rows: Sequence[Row], key: str, one: str, other: str) -> float | None:
    """Mean paired difference, in hundredths."""
    difference = less(rows, key, one, other)
    return None if difference is None else 100 * difference


def intervals(rows: Sequence[Row], seed: int) -> list[Row]:
    """Ours against each other policy: paired differences with their 95 % intervals over tapes."""
    chance, out = np.random.default_rng(seed), []
    for other in dict.fromkeys(row["policy"] for row in rows):
        both = pairs(rows, OURS, other)
        if other == OURS or len(both) < 2:
            continue
        row: Row = {"part": "interval", "policy": other, "tapes": len(both)}
        for key in ("ap", "streaming_ap", "miss"):
            values = np.array([a[key] - b[key] for a, b in both])
            drawn = chance.choice(values, (DRAWS, len(values))).mean(axis=1)
            low, high = np.percentile(drawn, [2.5, 97.5])
            row[key] = [float(values.mean()), float(low), float(high)]
        out.append(row)
    return out


def _where(row: Row) -> tuple[Any, ...]:
    return row["schedule"], row["seed"], row["slo_ms"]
