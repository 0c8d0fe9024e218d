"""What is told of links that lose packets: means over repeats, a table, and the goal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench._codecs_loss_link import Row
from tests.bench._codecs_wanted import goal
from tests.bench._common import Goal

OURS = "looks"
HARD = 0.2
"""The share of packets lost that the goal is about."""


def summary(rows: Sequence[Row]) -> list[Row]:
    """Over repeats: means weighted alike, and the spread of the windows' share."""
    told = []
    for loss, kind, arm in sorted({(row["loss"], row["losses"], row["arm"]) for row in rows}):
        mine = [r for r in rows if (r["loss"], r["losses"], r["arm"]) == (loss, kind, arm)]
        full = [row["full"] for row in mine]

        told.append(
            {"loss": loss, "losses": kind, "arm": arm, "windows": sum(r["windows"] for r in mine)}
            | {"full": float(np.mean(full)), "full_least": min(full), "full_most": max(full)}
            | {n: float(np.mean([r[n] for r in mine])) for n in ("bps", "pictures_per_s")}
            | {"age_p95_s": _mean([row["age_p95_s"] for row in mine])}
            | {"region_db": _mean([db for row in mine if (db := row["region_db"]) is not None])}
        )
    return told


def goals(rows: Sequence[Row]) -> list[Goal]:
    """The worse of random and burst loss at `HARD`."""
    told = [row for row in summary(rows) if (row["arm"], row["loss"]) == (OURS, HARD)]
    worst = min((row["full"] for row in told), default=None)
    return [goal("loss20_windows", worst)]


def print_summary(told: Sequence[Row], console: Console) -> None:
    """A line per loss and arm."""
    heads = ("loss", "kind", "arm", "windows", "with a picture", "least-most")
    table = Table(*heads, "kb/s", "pictures/s", "age p95 s", "region dB")
    for row in told:
        db = "-" if row["region_db"] is None else f"{row['region_db']:.1f}"
        table.add_row(
            f"{row['loss']:.0%}",
            row["losses"],
            row["arm"],
            str(row["windows"]),
            f"{row['full']:.3f}",
            f"{row['full_least']:.3f}-{row['full_most']:.3f}",
            f"{row['bps'] / 1e3:.0f}",
            f"{row['pictures_per_s']:.1f}",
            "-" if row["age_p95_s"] is None else f"{row['age_p95_s']:.2f}",
            db,
        )
    console.print(table)


def _mean(values: Sequence[float | None]) -> float | None:
    """None where one is without bound, or there are none."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known and len(known) == len(values) else None
