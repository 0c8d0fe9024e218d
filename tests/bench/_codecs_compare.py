"""Rates at equal accuracy of all arms, and ours against each other arm, in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from tests.bench._codecs_curves import gain, ratio, reached
from tests.bench._codecs_goals import ours, text_tables
from tests.bench._codecs_score import Row


def comparisons(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of the kinds ``rate_at_90``, ``rate_ratio`` and ``gain``, of the clips to score on."""
    tables = text_tables(rows)
    told: list[dict[str, Any]] = []
    for arm, table in tables.items():
        one = reached(table.points())
        told.append({"kind": "rate_at_90", "arm": arm, "bps": one.bps, "bound": one.bound})
    mine = ours(tables)
    for arm, table in tables.items() if mine is not None else ():
        if mine is None or arm == mine:
            continue
        pair = {"arm": mine, "against": arm}
        told.append({"kind": "rate_ratio"} | pair | ratio(tables[mine], table)._asdict())
        for rate_bps in sorted(set(tables[mine].rates_bps) & set(table.rates_bps)):
            value, low, high = gain(tables[mine], table, rate_bps)
            figures = {"rate_bps": rate_bps, "gain": value, "low": low, "high": high}
            told.append({"kind": "gain"} | pair | figures)
    return told


def print_comparisons(told: Sequence[dict[str, Any]], console: Console) -> None:
    """A line per arm."""
    for one in told:
        if one["kind"] == "rate_at_90":
            rate = f"{one['bound']} {one['bps'] / 1e3:.1f} kb/s".strip()
            console.print(f"{one['arm']}: 90 % at {rate}", highlight=False)
    for one in told:
        if one["kind"] == "rate_ratio":
            bounds = f" ({one['bounds']})" if one["bounds"] else ""
            console.print(
                f"{one['arm']} needs {one['value']:.2f} of the rate of {one['against']}"
                f" [{one['low']:.2f}, {one['high']:.2f}]{bounds}",
                highlight=False,
                soft_wrap=True,
            )
