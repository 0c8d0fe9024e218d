"""How a picture, and a place in it, moved since the one before.

Corners all over the picture, and closer together around each place, are followed by pyramidal
Lucas-Kanade and followed back; those that do not come home are not believed (forward-backward
error, Kalal 2010). The camera's own motion is the similarity that most of them share; a place moves
with it, corrected by the median of its own corners, which tell apart what moves by itself. A place
without texture, or behind a hand, moves with the picture.

On pictures of 320x180: motion of 12 % of the width in a second is 8 px between pictures at five a
second, which the pyramid reaches, and blocks of a starved encoder are 4 px, smaller than a corner's
neighbourhood. Larger pictures are shrunk first; none need be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]
"""(3, 3), a map of points of one picture to those of another."""

MOST_PX = 320 * 180
"""Of a picture that is followed; 1/16 of 720p, as the thumbnails of packed pictures are."""
LEAST_SIDE_PX = 16
CORNERS, CORNERS_AROUND = 60, 12
"""In the picture, and more around each place."""
AROUND_PX = 8.0
"""Of a place's surroundings count as its own: small signs have no corners inside."""
HOME_PX = 0.7
"""A corner that is followed back must come so close to where it began."""
SHARED_PX = 1.5
"""From the shared motion, a corner still takes part in it."""
LEAST_SHARED, LEAST_SHARE = 10, 0.35
LEAST_OWN = 5
UNSURE_PX = 2.0
"""Own corners that disagree by more say nothing."""
CUT_FOLLOWED, CUT_LIKENESS = 0.3, 0.6
_WINDOW, _LEVELS, _STOP = (11, 11), 3, (3, 10, 0.03)
_COARSE = (32, 18)


class By(StrEnum):
    """How a place was followed."""

    OWN = "own"
    """By corners in it and just around it."""
    PICTURE = "picture"
    """It has none to go by: with the picture."""
    NOTHING = "nothing"
    """Neither is known."""


class Shift(NamedTuple):
    """Where a place went, px of the small picture."""

    right: float
    down: float
    scale: float
    doubt_px: float
    """Standard deviation; 0 where nothing is known, which ``by`` tells."""
    by: By


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What is known about the motion from one picture to the next."""

    before: Floats
    """(n, 2) px, of the corners that were followed."""
    after: Floats
    shared: Matrix | None
    """The camera's motion, px to px; None where no motion is shared."""
    shared_doubt_px: float
    """Of corners from it, median."""
    cut: bool
    """Another scene."""


def small(luma: Luma) -> Luma:
    """At most `MOST_PX`, averaged; ``ValueError`` for what is no plane of bytes or hardly one."""
    if luma.ndim != 2 or luma.dtype != np.uint8 or min(luma.shape) < LEAST_SIDE_PX:
        raise ValueError(f"no luma plane: {luma.shape} {luma.dtype}")
    shrink = math.sqrt(MOST_PX / luma.size)
    if shrink >= 1:
        return np.ascontiguousarray(luma)
    import cv2

    height, width = (max(LEAST_SIDE_PX, int(side * shrink)) for side in luma.shape)
    height, width = min(height, MOST_PX // width), min(width, MOST_PX // height)
    return np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def follow(before: Luma, after: Luma, places: Sequence[Floats]) -> Flow:
    """From one picture to one of the same size; ``places`` are x0, y0, x1, y1 in its px."""
    import cv2

    start = _corners(before, places)
    if not len(start):
        return Flow(start, start, None, 0.0, cut=False)
    there, found = _followed(before, after, start)
    back, returned = _followed(after, before, there)
    home = np.linalg.norm(back - start, axis=1) <= HOME_PX
    width, height = (before.shape[1], before.shape[0])
    inside = (there >= 0).all(1) & (there < (width, height)).all(1)
    kept = home & inside & found & returned
    start, there = start[kept], there[kept]
    shared, doubt_px = None, 0.0
    if len(start) >= LEAST_SHARED:
        fitted, taking = cv2.estimateAffinePartial2D(
            start, there, method=cv2.RANSAC, ransacReprojThreshold=SHARED_PX
        )
        part = 0.0 if taking is None else float(np.mean(taking))
        if fitted is not None and part >= LEAST_SHARE and taking.sum() >= LEAST_SHARED:
            shared = np.vstack([fitted, (0.0, 0.0, 1.0)])
            doubt_px = float(np.median(np.linalg.norm(there - mapped(shared, start), axis=1)))
    cut = kept.mean() < CUT_FOLLOWED and _likeness(before, after, shared) < CUT_LIKENESS
    return Flow(start, there, shared, doubt_px, cut)


def shift_of(flow: Flow, place: Floats) -> Shift:
    """Where a place of the picture before, px, went."""
    centre = np.array([[(place[0] + place[2]) / 2, (place[1] + place[3]) / 2]], np.float32)
    shared = np.eye(3) if flow.shared is None else flow.shared
    (right, down), scale = (mapped(shared, centre) - centre)[0], _scale(shared)
    own = _own(flow, place)
    if own is not None:
        astray = flow.after[own] - mapped(shared, flow.before[own])
        correction = np.median(astray, axis=0)
        spread_px = 1.48 * float(np.median(np.abs(astray - correction)))
        if spread_px <= UNSURE_PX:
            doubt_px = spread_px / math.sqrt(own.sum())
            right, down = right + correction[0], down + correction[1]
            return Shift(float(right), float(down), scale, doubt_px, By.OWN)
    if flow.shared is None:
        return Shift(0.0, 0.0, 1.0, 0.0, By.NOTHING)
    return Shift(float(right), float(down), scale, flow.shared_doubt_px, By.PICTURE)


def mapped(matrix: Matrix, points: Floats) -> Floats:
    """(n, 2) points through a similarity."""
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2], np.float32)


def _followed(before: Luma, after: Luma, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    import cv2

    there, found, _ = cv2.calcOpticalFlowPyrLK(
        before,
        after,
        points,
        np.empty_like(points),
        winSize=_WINDOW,
        maxLevel=_LEVELS,
        criteria=_STOP,
    )
    return np.asarray(there, np.float32), found.ravel() == 1


def _corners(luma: Luma, places: Sequence[Floats]) -> Floats:
    import cv2

    height, width = luma.shape
    half = cv2.resize(luma, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    far = cv2.goodFeaturesToTrack(half, CORNERS, 0.02, 4)
    found: list[Floats] = [] if far is None else [np.asarray(2 * far + 0.5, np.float32)]
    for place in places:
        x0, y0 = (max(0, int(side - AROUND_PX)) for side in place[:2])
        x1, y1 = int(min(width, place[2] + AROUND_PX)), int(min(height, place[3] + AROUND_PX))
        part = luma[y0:y1, x0:x1]
        near = cv2.goodFeaturesToTrack(part, CORNERS_AROUND, 0.05, 2) if part.size else None
        if near is not None:
            found.append(np.asarray(near + np.array((x0, y0)), np.float32))
    points = [some.reshape(-1, 2) for some in found]
    return np.asarray(np.concatenate(points) if points else np.empty((0, 2)), np.float32)


def _own(flow: Flow, place: Floats) -> NDArray[np.bool_] | None:
    """The corners inside, or, where they are few, those just around it too."""
    for around in (0.0, AROUND_PX):
        low, high = place[:2] - around, place[2:] + around
        own = np.asarray((flow.before >= low).all(1) & (flow.before <= high).all(1), np.bool_)
        if own.sum() >= LEAST_OWN:
            return own
    return None


def _scale(shared: Matrix) -> float:
    return math.hypot(shared[0, 0], shared[1, 0])


def _likeness(before: Luma, after: Luma, shared: Matrix | None) -> float:
    """Correlation of the pictures, coarsely, once the shared motion is undone; flat ones: 1."""
    import cv2

    first, size = before, (before.shape[1], before.shape[0])
    if shared is not None:
        warped = cv2.warpAffine(first, shared[:2], size, borderMode=cv2.BORDER_REPLICATE)
        first = np.asarray(warped, np.uint8)
    a, b = (
        cv2.resize(one, _COARSE, interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
        for one in (first, after)
    )
    if min(a.std(), b.std()) < 1.0:
        return 1.0
    return float(np.corrcoef(a, b)[0, 1])
