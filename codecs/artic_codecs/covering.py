"""Any QP map as a few rectangles: whatever mends most, until they are spent.

Greedy: the whole picture takes its commonest offset; each further rectangle is the one, of all
places, sizes and levels, that takes most off the squared error, laid on top of what is there or
just above the whole picture, under the rest. At the end each takes the mean of what it shows.
Rows and columns that repeat are looked at once, so a map made of boxes is quick and a round one
slow, a tenth of a second at blocks of 64 px and a second at 16: for re-aiming, not for every frame.
`tiles` are the map itself, however many that makes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from artic_codecs.grid import Grid, Span
from artic_codecs.qp_map import QpMap
from artic_codecs.rectangles import MOST_RECTANGLES, Rectangle

LEVELS = 8
"""Offsets that are tried: those of the map, or so many steps from its least to its largest."""
_WORTH = 1e-6
"""Squared QP over a block; less is rounding."""


class _Layer(NamedTuple):
    rows: slice
    columns: slice
    level_qp: float


class _Step(NamedTuple):
    gain: float
    layer: _Layer
    on_top: bool


def cover(
    wanted: QpMap, grid: Grid, *, at_most: int = MOST_RECTANGLES, levels: int = LEVELS
) -> tuple[Rectangle, ...]:
    """At most ``at_most`` rectangles, the first listed on top, the last over the whole picture.

    Raises ``ValueError`` where the map is not one of ``grid``.
    """
    _must_fit(wanted, grid)
    row_edges, column_edges = _edges(wanted), _edges(wanted.T)
    cells = wanted[np.ix_(row_edges[:-1], column_edges[:-1])]
    areas = np.outer(np.diff(row_edges), np.diff(column_edges))
    tried = _levels(cells, levels)
    rest_qp = _commonest(cells, areas, tried)
    layers = [_Layer(slice(0, cells.shape[0]), slice(0, cells.shape[1]), rest_qp)]
    while len(layers) < at_most:
        step = _best_step(cells, areas, tried, _shown(layers, cells.shape), layers)
        if step.gain <= _WORTH:
            break
        layers.insert(0 if step.on_top else len(layers) - 1, step.layer)
    shown = _shown(layers, cells.shape)
    rectangles = []
    for number, layer in enumerate(layers):
        seen = shown == number
        last = number == len(layers) - 1
        if not seen.any() and not last:
            continue
        mean_qp = float(np.average(cells[seen], weights=areas[seen])) if seen.any() else 0.0
        span = Span(
            int(column_edges[layer.columns.start]),
            int(row_edges[layer.rows.start]),
            int(column_edges[layer.columns.stop]),
            int(row_edges[layer.rows.stop]),
        )
        rectangles.append(Rectangle(grid.pixels_of(span), mean_qp))
    return tuple(rectangles)


def tiles(wanted: QpMap, grid: Grid) -> tuple[Rectangle, ...]:
    """The map exactly, in as many rectangles as it takes, none over another: for comparators.

    Equal runs of a row, joined with the same run of the row below. Raises as `cover` does.
    """
    _must_fit(wanted, grid)
    begun: dict[tuple[int, int, float], int] = {}
    done = []
    for row in range(grid.rows + 1):
        runs = _runs(wanted[row]) if row < grid.rows else []
        for run in set(begun) - set(runs):
            span = Span(run[0], begun.pop(run), run[1], row)
            done.append(Rectangle(grid.pixels_of(span), run[2]))
        for run in runs:
            begun.setdefault(run, row)
    return tuple(sorted(done, key=lambda rectangle: (rectangle.px.y0, rectangle.px.x0)))


def _must_fit(wanted: QpMap, grid: Grid) -> None:
    if wanted.shape != grid.shape:
        raise ValueError(f"a map of {wanted.shape} blocks, a picture of {grid.shape}")


def _runs(offsets: QpMap) -> list[tuple[int, int, float]]:
    edges = _edges(offsets[:, None]).tolist()
    return [(first, last, float(offsets[first])) for first, last in pairwise(edges)]


def _edges(offsets: QpMap) -> npt.NDArray[np.int64]:
    new = np.flatnonzero((offsets[1:] != offsets[:-1]).any(axis=1)) + 1
    return np.concatenate(([0], new, [len(offsets)]))


def _levels(cells: QpMap, most: int) -> npt.NDArray[np.float64]:
    values = np.unique(cells)
    return values if len(values) <= most else np.linspace(values[0], values[-1], most)


def _commonest(cells: QpMap, areas: npt.NDArray[np.int64], tried: npt.NDArray[np.float64]) -> float:
    nearest = np.abs(cells[..., None] - tried).argmin(axis=-1)
    return float(tried[np.bincount(nearest.ravel(), areas.ravel()).argmax()])


def _shown(layers: list[_Layer], shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    shown = np.zeros(shape, np.int64)
    for number in reversed(range(len(layers))):
        shown[layers[number].rows, layers[number].columns] = number
    return shown


def _best_step(
    cells: QpMap,
    areas: npt.NDArray[np.int64],
    tried: npt.NDArray[np.float64],
    shown: npt.NDArray[np.int64],
    layers: list[_Layer],
) -> _Step:
    now_qp = np.array([layer.level_qp for layer in layers])[shown]
    error = areas * (cells - now_qp) ** 2
    free = shown == len(layers) - 1
    steps = []
    for level in tried:
        gains = error - areas * (cells - level) ** 2
        for on_top in (True, False):
            gain, rows, columns = _best_rectangle(gains if on_top else np.where(free, gains, 0.0))
            steps.append(_Step(gain, _Layer(rows, columns, float(level)), on_top))
    return max(steps, key=lambda step: step.gain)


def _best_rectangle(gains: npt.NDArray[np.float64]) -> tuple[float, slice, slice]:
    """The rectangle of the largest sum: Kadane's rule over all pairs of rows at once."""
    rows, columns = gains.shape
    sums = np.zeros((rows + 1, columns + 1))
    sums[1:, 1:] = gains.cumsum(0).cumsum(1)
    top, bottom = np.triu_indices(rows + 1, k=1)
    strips = sums[bottom] - sums[top]
    rises = strips - np.minimum.accumulate(strips, axis=1)
    pair, right = divmod(int(rises.argmax()), columns + 1)
    left = int(strips[pair, : right + 1].argmin())
    return float(rises[pair, right]), slice(int(top[pair]), int(bottom[pair])), slice(left, right)
