"""How a line of text is painted: its ground, its ink, and where the letters really end.

A detector's box is wider than the letters and may even reach over the edge of a small plate, so the
rim of the box cannot be trusted to be the ground. What can: rows through the middle hold ground and
ink only, and on the way from there to the edge the ground is the first of the two to fill a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.frame import Pixels

_HEIGHT_PX = 40
_FULL_ROW = 0.86


@dataclass(frozen=True, slots=True)
class Lettering:
    """Measured on a rectified line. Spans are fractions of its width and height."""

    ground: NDArray[np.float32]
    """(3,) RGB 0..255."""
    ink: NDArray[np.float32]
    """(3,) RGB 0..255."""
    across: tuple[float, float]
    down: tuple[float, float]


def measure(line: Pixels) -> Lettering:
    """``line`` is (h, w, 3) RGB, rectified: the text runs from left to right."""
    scale = _HEIGHT_PX / line.shape[0]
    width_px = int(np.clip(line.shape[1] * scale, 16, 480))
    picture = cv2.resize(line, (width_px, _HEIGHT_PX), interpolation=cv2.INTER_AREA)
    pixels = np.asarray(picture, np.float32)
    band = pixels[int(0.3 * _HEIGHT_PX) : int(0.7 * _HEIGHT_PX), 2:-2].reshape(-1, 3)
    centres = _two_tones(band)
    gaps = np.linalg.norm(pixels[:, :, None, :] - centres, axis=3)
    contrast = float(np.linalg.norm(centres[0] - centres[1]))
    owner = gaps.argmin(axis=2)
    owner[gaps.min(axis=2) > 0.5 * contrast + 12.0] = 2
    margin = max(1, width_px // 25)
    rows = np.stack([(owner[:, margin:-margin] == k).mean(axis=1) for k in (0, 1)], axis=1)
    middle = _HEIGHT_PX // 2
    up = _first_full(rows[middle::-1])
    down = _first_full(rows[middle:])
    votes = [int(rows[row].argmax()) for row in _hits(middle, up, down)]
    ground = _ground(votes, rows, up, down)
    top = middle - up + 1 if up is not None else 0
    bottom = middle + down if down is not None else _HEIGHT_PX
    inked = (owner[top:bottom] == 1 - ground).any(axis=0)
    across = _span(inked)
    return Lettering(
        ground=_tone(band, centres, ground),
        ink=_extreme(band, centres, 1 - ground),
        across=(across[0] / width_px, across[1] / width_px),
        down=(top / _HEIGHT_PX, bottom / _HEIGHT_PX),
    )


def rectified(rgb: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """The (h, w, 3) picture inside a quad: corners clockwise from the top left, in px."""
    sides_px = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    size = round(max(4.0, *sides_px[[0, 2]])), round(max(4.0, *sides_px[[1, 3]]))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    warp = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    out = cv2.warpPerspective(rgb, warp, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def _span(inked: NDArray[np.bool_]) -> tuple[float, float]:
    """From the first to the last letter: a dark rim at an end is no letter if a gap follows it."""
    columns = len(inked)
    rim = columns // 12
    first, last = 0, columns
    if inked[0] and not inked[: rim + 1].all():
        first = int(np.argmin(inked))
    if inked[-1] and not inked[columns - rim - 1 :].all():
        last = columns - int(np.argmin(inked[::-1]))
    hits = np.flatnonzero(inked[first:last])
    if not len(hits):
        return 0.0, float(columns)
    return float(first + hits[0]), float(first + hits[-1] + 1)


def _two_tones(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    grey = pixels @ np.array([0.3, 0.59, 0.11], np.float32)
    if float(np.ptp(grey)) < 25.0:
        spread = pixels - pixels.mean(axis=0)
        _, _, axes = np.linalg.svd(spread[:: max(1, len(spread) // 500)], full_matrices=False)
        grey = spread @ axes[0]
    start = (grey > (grey.min() + grey.max()) / 2).astype(np.int32).reshape(-1, 1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 0.5)
    _, _, centres = cv2.kmeans(
        np.ascontiguousarray(pixels), 2, start, stop, 1, cv2.KMEANS_USE_INITIAL_LABELS
    )
    return np.asarray(centres, np.float32)


def _first_full(rows: NDArray[np.float64]) -> int | None:
    """Rows from the middle to the first one that one tone fills; None where none does."""
    full = np.flatnonzero(rows.max(axis=1) >= _FULL_ROW)
    full = full[full >= 2]
    return int(full[0]) if len(full) else None


def _hits(middle: int, up: int | None, down: int | None) -> list[int]:
    hits = [middle - up] if up is not None else []
    return hits + ([middle + down] if down is not None else [])


def _ground(votes: list[int], rows: NDArray[np.float64], up: int | None, down: int | None) -> int:
    if len(votes) == 2 and votes[0] != votes[1] and up is not None and down is not None:
        return votes[0] if up < down else votes[1]
    if votes:
        return votes[0]
    return int(rows.max(axis=0).argmax())


def _tone(
    pixels: NDArray[np.float32], centres: NDArray[np.float32], which: int
) -> NDArray[np.float32]:
    mine = np.linalg.norm(pixels[:, None] - centres, axis=2).argmin(axis=1) == which
    if not mine.any():
        return np.asarray(centres[which], np.float32)
    return np.asarray(np.median(pixels[mine], axis=0), np.float32)


def _extreme(
    pixels: NDArray[np.float32], centres: NDArray[np.float32], which: int
) -> NDArray[np.float32]:
    """The ink without its soft edges: the third of its pixels that differs most from the ground."""
    mine = np.linalg.norm(pixels[:, None] - centres, axis=2).argmin(axis=1) == which
    ink = pixels[mine]
    if len(ink) < 3:
        return np.asarray(centres[which], np.float32)
    gaps = np.linalg.norm(ink - centres[1 - which], axis=1)
    return np.asarray(np.median(ink[gaps >= np.quantile(gaps, 0.66)], axis=0), np.float32)
