"""The table that `artic_abr` replays: per question, how readable it is at each of six rates.

Its form is Artic's `confidence.csv`: an index, then a value at 200, 400, 610, 910, 1710 and
3150 kb/s. Ours come from whatever rates were measured, by the question's fit; flat beyond them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from artic_abr.need import TIERS_BPS
from devibench.statistics.saturation import fit

HEADER = ("original_index", *(f"confidence_{bps // 1000}kbps" for bps in TIERS_BPS))
LEAST_RATES = 2
"""A question that was asked at one rate says nothing about others."""


def rows(
    points: Mapping[str, Iterable[tuple[float, float]]],
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """By question: pairs of bits/s and readability. Questions with one rate only are left out."""
    found = []
    for question, answers in points.items():
        given = list(answers)
        if len({bps for bps, _ in given}) >= LEAST_RATES:
            fitted = fit(given)
            found.append((question, tuple(round(fitted.at(bps), 4) for bps in TIERS_BPS)))
    return tuple(found)


def write(points: Mapping[str, Iterable[tuple[float, float]]], file: Path) -> int:
    """Write the table; the number of questions in it. Raises ``ValueError`` where that is 0."""
    table = rows(points)
    if not table:
        raise ValueError("no question was asked at two rates or more; there is nothing to replay")
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows((question, *values) for question, values in table)
    return len(table)
