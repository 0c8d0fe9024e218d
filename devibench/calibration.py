"""How far a model's readability is to be trusted: from runs to the table that the gateway reads.

What was said is sorted, and whether the answer was right made to rise with it by isotonic
regression (pool adjacent violators): no shape is assumed but that who says more is right no less
often. ECE is the mean distance between what was said and how often it held, in ten equal bins
(Naeini et al., AAAI 2015); after calibration it is measured on the videos that a fold left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped,unused-ignore]

from articgw.backends.calibrated import FORMAT, Table
from articgw.errors import ConfigError
from devibench.samples import Line

BINS, FOLDS, LEAST = 10, 5, 30
"""With fewer answers a table is chance."""

Floats = NDArray[np.float64]


def calibrated(lines: Sequence[Line], *, backend: str = "", source: str = "") -> Table:
    """Of all lines that say how readable and were judged. Raises `ConfigError` for too few."""
    known = [one for one in lines if one.readability is not None and one.correct is not None]
    if len(known) < LEAST:
        raise ConfigError(
            f"only {len(known)} answers say how readable their picture was and were judged; a "
            f"table needs {LEAST}: evaluate more questions, or a back end that says it"
        )
    said = np.array([one.readability for one in known], np.float64)
    right = np.array([one.correct for one in known], np.float64)
    groups = sorted({one.group for one in known})
    fold = np.array([groups.index(one.group) % FOLDS for one in known])
    held_out = said.copy()
    for number in range(FOLDS):
        rest, mine = fold != number, fold == number
        if rest.any() and mine.any():
            table = Table(FORMAT, _points(said[rest], right[rest]))
            held_out[mine] = [table.at(float(one)) for one in said[mine]]
    points, before = _points(said, right), ece(said, right)
    return Table(FORMAT, points, source, backend, len(known), before, ece(held_out, right))


def ece(said: Floats, right: Floats) -> float:
    """Expected calibration error, 0..1."""
    bins = np.minimum(BINS - 1, (BINS * said).astype(int))
    parts = [bins == number for number in range(BINS)]
    gaps = [
        part.sum() * abs(said[part].mean() - right[part].mean()) for part in parts if part.any()
    ]
    return float(sum(gaps) / len(said))


def _points(said: Floats, right: Floats) -> tuple[tuple[float, float], ...]:
    values, place, counts = np.unique(said, return_inverse=True, return_counts=True)
    means = np.bincount(place, right) / counts
    fitted = np.asarray(isotonic_regression(means, weights=counts).x)
    kept = [
        k
        for k in range(len(values))
        if k in (0, len(values) - 1) or not fitted[k - 1] == fitted[k] == fitted[k + 1]
    ]
    return tuple((round(float(values[k]), 4), round(float(fitted[k]), 4)) for k in kept)
