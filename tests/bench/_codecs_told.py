"""What is told of an arm at a rate: a row for the result file, the table and the plot."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from tests.bench._codecs_curves import Point, by_arm, points_of, table_of, things_of
from tests.bench._codecs_score import Row

SMALL_PX = 17.0
AGE_QUANTILE = 0.95


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A row per split, kind of asked thing, arm and rate; arms that miss a thing have none."""
    told = []
    for split in ("score", "fit"):
        for kind in ("text", "object"):
            mine = [row for row in rows if (row["split"], row["kind"]) == (split, kind)]
            for arm, point, at in _points(mine):
                head = {"kind": "curve", "of": kind, "split": split, "arm": arm}
                told.append(head | {"chose": at[0].get("chose")} | figures(point, at))
    return told


def figures(point: Point, rows: Sequence[Row]) -> dict[str, Any]:
    """All figures of one arm at one rate."""
    age_s = pooled_age_s(rows)
    return {
        "rate_bps": point.rate_bps,
        "wire_bps": point.wire_bps,
        "share": point.share,
        "low": point.low,
        "high": point.high,
        "small_share": share(row for row in rows if (row["height_px"] or 99.0) <= SMALL_PX),
        "answers": answers(rows),
        "things": len(rows),
        "sent_fps": mean(row["sent_fps"] for row in rows),
        "age_p95_ms": None if age_s is None else 1e3 * age_s,
        "over_cap_1s": max(row["over_cap_1s"] for row in rows),
        "largest_frame": max(row["largest_frame"] for row in rows),
        "largest_keyframe": max(row["largest_keyframe"] for row in rows),
        "rest_recall": recall(rows),
        "rest_ssim": mean(row["rest_ssim"] for row in rows),
        "refused": sum(row["refused"] for row in rows),
    }


def share(rows: Iterable[Row]) -> float | None:
    """What was read of what the original gave; None where it gave nothing."""
    known = list(rows)
    there = sum(sum(row["original"]) for row in known)
    return sum(sum(row["got"]) for row in known) / there if there else None


def answers(rows: Iterable[Row]) -> float | None:
    """Looks read without a mistake, of those whose original is."""
    pairs = [pair for row in rows for pair in zip(row["got"], row["original"], strict=True)]
    fair = [got for got, original in pairs if original == 1]
    return sum(got == 1 for got in fair) / len(fair) if fair else None


def recall(rows: Iterable[Row]) -> float | None:
    """Of the rest of the scene; None where it was not looked for, or held nothing."""
    known = [row for row in rows if "rest_there" in row]
    there = sum(row["rest_there"] for row in known)
    return sum(row["rest_found"] for row in known) / there if there else None


def pooled_age_s(rows: Iterable[Row]) -> float | None:
    """95 % age of the newest frame over all films; None where it is without bound."""
    ages = [np.inf if age is None else age for row in rows for age in row["ages_s"]]
    if not ages:
        return None
    age_s = float(np.quantile(ages, AGE_QUANTILE, method="higher"))
    return age_s if np.isfinite(age_s) else None


def mean(values: Iterable[float | None]) -> float | None:
    """Of those that are known."""
    known = [value for value in values if value is not None]
    return statistics.mean(known) if known else None


def _points(rows: Sequence[Row]) -> Iterator[tuple[str, Point, list[Row]]]:
    things = things_of(rows)
    for arm, mine in by_arm(rows).items():
        table = table_of(mine, things)
        for point in points_of(table) if table is not None else ():
            yield arm, point, [row for row in mine if row["rate_bps"] == point.rate_bps]
