"""Where a thing of the world is in every frame, and how much of it is in view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devibench.sample.camera import project

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing, frame by frame."""

    boxes: Floats
    """(frames, 4): x0, y0, x1, y1 in px, whole numbers, half-open, cut at the frame's edges."""
    visible: Floats
    """(frames,): the part of its area inside the frame, 0 to 1."""

    def full_run(self) -> tuple[int, int] | None:
        """First and last frame of the longest time in which all of it is in view."""
        return longest_run(self.visible >= 1.0)

    def centres(self) -> Floats:
        """(frames, 2)."""
        return np.asarray((self.boxes[:, :2] + self.boxes[:, 2:]) / 2, np.float64)


def see(quad: Floats, homographies: Floats, size_px: tuple[int, int]) -> Sight:
    """Follow a (4, 2) world quad through (frames, 3, 3) homographies."""
    boxes, visible = [], []
    limit = np.array([*size_px, *size_px], np.float64)
    for homography in homographies:
        corners = project(homography, quad)
        box = np.r_[np.floor(corners.min(0)), np.ceil(corners.max(0))]
        inside = bool((corners >= 0).all() and (corners <= limit[:2]).all())
        part = 1.0 if inside else area(cut(corners, size_px)) / area(corners)
        boxes.append(np.clip(box, 0, limit))
        visible.append(min(part, 0.999) if not inside else 1.0)
    return Sight(np.array(boxes), np.array(visible))


def longest_run(wanted: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First and last index of the longest run of True; None if there is none."""
    edges = np.flatnonzero(np.diff(np.r_[False, wanted, False].astype(np.int8)))
    if not len(edges):
        return None
    starts, ends = edges[::2], edges[1::2]
    best = int(np.argmax(ends - starts))
    return int(starts[best]), int(ends[best]) - 1


def area(polygon: Floats) -> float:
    """Of a simple polygon of (n, 2) corners; 0 for fewer than three."""
    if len(polygon) < 3:
        return 0.0
    x, y = polygon[:, 0], polygon[:, 1]
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def cut(polygon: Floats, size_px: tuple[int, int]) -> Floats:
    """The part of a convex polygon inside the frame (Sutherland and Hodgman, 1974)."""
    points = [tuple(point) for point in polygon]
    for axis, sign, limit in ((0, 1, 0), (0, -1, -size_px[0]), (1, 1, 0), (1, -1, -size_px[1])):
        kept = []
        for one, two in zip(points, points[1:] + points[:1], strict=True):
            first, second = sign * one[axis] - limit, sign * two[axis] - limit
            if first >= 0:
                kept.append(one)
            if first * second < 0:
                t = first / (first - second)
                kept.append((one[0] + t * (two[0] - one[0]), one[1] + t * (two[1] - one[1])))
        points = kept
    return np.array(points, np.float64).reshape(-1, 2)
