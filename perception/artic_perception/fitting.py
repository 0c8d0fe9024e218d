"""The few numbers of `accuracy.py`, from what was counted on a film.

Recall from (size in pixels, found?) of many objects, survival from (frames, speed, still right?) of
many boxes that were carried: the parameters that make what was counted most likely, by search in
ever finer grids. Sizes and speeds are binned first, so that a million boxes cost as much as fifty,
and bins of a handful of boxes are drawn towards a prior that weighs as much as `PRIOR` boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from artic_perception.accuracy import LEAST_PX, Recall, Survival

Floats = NDArray[np.float64]

PRIOR = 4.0
ROUNDS, POINTS, SHRINKS = 6, 9, 0.35
SIZE_BIN, SPEED_BIN = 0.25, 0.01
"""log2 of pixels, and own sizes per frame."""
_RECALL = np.array([[0.05, 1.0], [2.0, 9.0], [0.1, 2.0]])
_SURVIVAL = np.array([[0.0, 0.3], [0.0, 6.0]])
DEFAULT_RECALL = Recall(0.9, 4.5, 0.6)
"""Half of what is 23 px large: of a detector that was never measured."""


def fit_recall(sizes_px: Sequence[float], found: Sequence[float]) -> Recall:
    """`DEFAULT_RECALL` where there are no objects.

    Sizes are sqrt(area) in the detector's picture.
    """
    if not len(sizes_px):
        return DEFAULT_RECALL
    logs = np.log2(np.maximum(LEAST_PX, np.asarray(sizes_px, np.float64)))
    (bins,), hits, count = _binned([logs / SIZE_BIN], found)
    at = bins * SIZE_BIN

    def share(parameters: Floats) -> Floats:
        top, middle, width = parameters
        return np.asarray(top / (1 + np.exp(-(at - middle) / width)))

    return Recall(*_likeliest(share, _RECALL, hits, count))


def fit_survival(frames: Sequence[int], speeds: Sequence[float], held: Sequence[float]) -> Survival:
    """Of boxes that were right to begin with; what nothing is known of loses nothing."""
    if not len(frames):
        return Survival(0.0, 1.0)
    speed = np.asarray(speeds, np.float64) / SPEED_BIN
    (k, bins), hits, count = _binned([np.asarray(frames, np.float64), speed], held)
    at = bins * SPEED_BIN

    def share(parameters: Floats) -> Floats:
        age, drift = parameters
        return np.asarray(np.exp(-(age * k + (drift * at * k) ** 2)))

    return Survival(*_likeliest(share, _SURVIVAL, hits, count))


def _binned(columns: Sequence[Floats], yes: Sequence[float]) -> tuple[list[Floats], Floats, Floats]:
    """Each bin's place, how many said yes in it, and how many there are."""
    keys = np.stack([np.round(column) for column in columns])
    places, which = np.unique(keys, axis=1, return_inverse=True)
    which = which.reshape(-1)
    size = places.shape[1]
    hits = np.bincount(which, np.asarray(yes, np.float64), size).astype(np.float64)
    return list(places), hits, np.bincount(which, minlength=size).astype(np.float64)


def _likeliest(
    share: Callable[[Floats], Floats], ranges: Floats, hits: Floats, count: Floats
) -> list[float]:
    low, high = ranges[:, 0].copy(), ranges[:, 1].copy()
    mean = (hits.sum() + 1) / (count.sum() + 2)
    hits, count = hits + PRIOR * mean / len(count), count + PRIOR / len(count)
    best = low
    for _ in range(ROUNDS):
        axes = [np.linspace(a, b, POINTS) for a, b in zip(low, high, strict=True)]
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(low))
        losses = [_loss(share(one), hits, count) for one in grid]
        best = grid[int(np.argmin(losses))]
        reach = (high - low) * SHRINKS
        low, high = np.maximum(ranges[:, 0], best - reach), np.minimum(ranges[:, 1], best + reach)
    return [float(one) for one in best]


def _loss(share: Floats, hits: Floats, count: Floats) -> float:
    p = np.clip(share, 1e-4, 1 - 1e-4)
    return float(-(hits * np.log(p) + (count - hits) * np.log(1 - p)).sum())
