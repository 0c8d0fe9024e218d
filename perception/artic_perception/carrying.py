"""Boxes carried from frame to frame by what moved, object by object.

    hold      stay                                                   0 ms
    flow 4    dense flow at a quarter of the size, median in a box   0.6 ms
    flow 2    at half                                                2.5 ms
    points 2  a few points in each box, there and back, at half      1 ms, and 0.3 for each box

What cannot be followed keeps its place and loses half its score with each frame, and is let go of
below `LEAST_SCORE`; the others know nothing of it. (The released ApproxDet drops every box when one
tracker fails.)

Dense flow is DIS (Kroeger et al., ECCV 2016): its time does not depend on the number of boxes.
Points are Lucas-Kanade with the forward-backward check of MedianFlow (Kalal et al., ICPR 2010).
Correlation trackers cost more and hold shorter; CSRT takes half a second an object.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_perception.branch import HOLD
from artic_perception.detections import Detections

Luma = NDArray[np.uint8]
Floats = NDArray[np.float32]

FLOW_4, FLOW_2, POINTS_2 = "flow 4", "flow 2", "points 2"
NAMES = (HOLD, FLOW_4, FLOW_2, POINTS_2)
FADES = 0.5
LEAST_SCORE = 0.1
CORE = 0.6
"""The middle of a box: its edges are background."""
LEAST_SIDE_PX = 16
"""Of the picture that is followed in: dense flow fails below 12."""
LEAST_PX = 2
"""Side of a box, in the picture that is followed in."""
RESIDUAL = 24.0
"""Mean absolute difference of luma between where it was and where it went: another thing."""
GRID = 5
BACK_PX = 1.5
LEAST_POINTS = 5
WINDOW_PX = 15


class Carry(Protocol):
    """From one picture to the next."""

    divisor: int
    """Of the size that it works at."""

    def shifts(self, before: Luma, after: Luma, boxes: Floats) -> Floats:
        """(n, 4): right, down (px), scale, and 0..1 how surely, of (n, 4) px boxes of ``before``.

        Both pictures are small already, and of one size.
        """


class Carried:
    """The boxes of one film. ``name`` is one of `NAMES`; raises ``ValueError`` for another."""

    def __init__(self, name: str) -> None:
        if name not in NAMES:
            raise ValueError(f"{name!r} is no way to carry boxes; there are {', '.join(NAMES)}")
        self._how = None if name == HOLD else _make(name)
        self._before: Luma | None = None
        self._seen = Detections.none()

    @property
    def seen(self) -> Detections:
        """As of the last frame."""
        return self._seen

    def on_detection(self, luma: Luma, seen: Detections) -> Detections:
        """A detector has looked at this frame: its boxes count from now on."""
        self._before = self._small(luma)
        self._seen = _sane(seen)
        return self._seen

    def on_frame(self, luma: Luma) -> Detections:
        """The boxes on the next frame, (h, w) of any one size; a cut of size holds them."""
        if self._how is None or not len(self._seen):
            if self._how is not None:
                self._before = self._small(luma)
            return self._seen
        before, self._before = self._before, self._small(luma)
        if before is None or before.shape != self._before.shape:
            return self._seen
        height, width = before.shape
        sides = np.array([width, height, width, height], np.float32)
        boxes = self._seen.boxes * sides
        shifts = self._how.shifts(before, self._before, boxes)
        followed = shifts[:, 3] > 0
        moved = _moved(boxes, shifts)
        boxes = np.where(followed[:, None], moved, boxes) / sides
        scores = self._seen.scores * np.where(followed, 1.0, FADES).astype(np.float32)
        self._seen = _alive(boxes.astype(np.float32), self._seen, scores)
        return self._seen

    def _small(self, luma: Luma) -> Luma:
        if self._how is None:
            return luma
        height, width = luma.shape
        size = tuple(max(LEAST_SIDE_PX, px // self._how.divisor) for px in (width, height))
        return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR), np.uint8)


class DenseFlow:
    """One flow for all boxes."""

    def __init__(self, divisor: int) -> None:
        self.divisor = divisor
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)

    def shifts(self, before: Luma, after: Luma, boxes: Floats) -> Floats:
        """See `Carry`."""
        flow = np.asarray(self._dis.calc(before, after, None), np.float32)  # type: ignore[call-overload]
        found = np.zeros((len(boxes), 4), np.float32)
        found[:, 2] = 1.0
        for k, box in enumerate(boxes):
            x0, y0, x1, y1 = _core(box, before.shape)
            if x1 - x0 < LEAST_PX or y1 - y0 < LEAST_PX:
                continue
            part = flow[y0:y1, x0:x1]
            right, down = (float(v) for v in np.median(part.reshape(-1, 2), axis=0))
            if _residual(before, after, (x0, y0, x1, y1), right, down) <= RESIDUAL:
                found[k] = right, down, _scale(part), 1.0
        return found


class Points:
    """A grid of points in each box."""

    divisor = 2

    def shifts(self, before: Luma, after: Luma, boxes: Floats) -> Floats:
        """See `Carry`."""
        found = np.zeros((len(boxes), 4), np.float32)
        found[:, 2] = 1.0
        grids = [_grid(box) for box in boxes]
        points = np.concatenate(grids).astype(np.float32).reshape(-1, 1, 2)
        window = {"winSize": (WINDOW_PX, WINDOW_PX), "maxLevel": 3}
        there, came, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, **window)  # type: ignore[call-overload]
        back, returned, _ = cv2.calcOpticalFlowPyrLK(after, before, there, None, **window)  # type: ignore[call-overload]
        off_px = np.linalg.norm((back - points).reshape(-1, 2), axis=1)
        good = (came.ravel() == 1) & (returned.ravel() == 1) & (off_px <= BACK_PX)
        per_box = GRID * GRID
        for k in range(len(boxes)):
            mine = slice(k * per_box, (k + 1) * per_box)
            kept = good[mine]
            if kept.sum() < LEAST_POINTS:
                continue
            was, now = points[mine].reshape(-1, 2)[kept], there[mine].reshape(-1, 2)[kept]
            right, down = (float(v) for v in np.median(now - was, axis=0))
            found[k] = right, down, _spread(was, now), float(kept.mean())
        return found


def _make(name: str) -> Carry:
    return Points() if name == POINTS_2 else DenseFlow(4 if name == FLOW_4 else 2)


def _core(box: Floats, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    (x0, y0, x1, y1), (height, width) = (float(v) for v in box), shape[:2]
    beside, above = (x1 - x0) * (1 - CORE) / 2, (y1 - y0) * (1 - CORE) / 2
    left, right = max(0, int(x0 + beside)), min(width, round(x1 - beside))
    top, bottom = max(0, int(y0 + above)), min(height, round(y1 - above))
    return left, top, right, bottom


def _residual(
    before: Luma, after: Luma, core: tuple[int, int, int, int], right: float, down: float
) -> float:
    (x0, y0, x1, y1), (height, width) = core, before.shape
    dx, dy = round(right), round(down)
    left, top = max(x0, -dx), max(y0, -dy)
    most_x, most_y = min(x1, width - dx), min(y1, height - dy)
    if most_x <= left or most_y <= top:
        return float("inf")
    was = before[top:most_y, left:most_x].astype(np.int16)
    now = after[top + dy : most_y + dy, left + dx : most_x + dx].astype(np.int16)
    return float(np.abs(was - now).mean())


def _scale(flow: Floats) -> float:
    """From how the flow's right side leaves its left one; 1 where a box is small."""
    height, width = flow.shape[:2]
    if min(height, width) < 8:
        return 1.0
    wider = np.median(flow[:, -width // 4 :, 0]) - np.median(flow[:, : width // 4, 0])
    taller = np.median(flow[-height // 4 :, :, 1]) - np.median(flow[: height // 4, :, 1])
    grown = (wider / (0.75 * width) + taller / (0.75 * height)) / 2
    return float(np.clip(1.0 + grown, 0.9, 1.1))


def _spread(was: Floats, now: Floats) -> float:
    before = np.median(np.abs(was - np.median(was, axis=0)))
    after = np.median(np.abs(now - np.median(now, axis=0)))
    return float(np.clip(after / before, 0.9, 1.1)) if before > 0.5 else 1.0


def _grid(box: Floats) -> Floats:
    x0, y0, x1, y1 = (float(v) for v in box)
    beside, above = (x1 - x0) * (1 - CORE) / 2, (y1 - y0) * (1 - CORE) / 2
    xs = np.linspace(x0 + beside, x1 - beside, GRID)
    ys = np.linspace(y0 + above, y1 - above, GRID)
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(np.float32)


def _moved(boxes: Floats, shifts: Floats) -> Floats:
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 + shifts[:, :2]
    halves = (boxes[:, 2:] - boxes[:, :2]) / 2 * shifts[:, 2:3]
    return np.concatenate([middles - halves, middles + halves], axis=1).astype(np.float32)


def _alive(boxes: Floats, seen: Detections, scores: Floats) -> Detections:
    inside = np.clip(boxes, 0.0, 1.0)
    sides = inside[:, 2:] - inside[:, :2]
    stays = (scores >= LEAST_SCORE) & (sides.min(axis=1) > 0)
    labels = tuple(label for label, one in zip(seen.labels, stays, strict=True) if one)
    return replace(seen, boxes=inside[stays], labels=labels, scores=scores[stays])


def _sane(seen: Detections) -> Detections:
    """Without what is not finite, or empty."""
    finite = np.isfinite(seen.boxes).all(axis=1) & np.isfinite(seen.scores)
    boxes = np.where(finite[:, None], seen.boxes, 0.0).astype(np.float32)
    return _alive(boxes, seen, np.where(finite, seen.scores, 0.0).astype(np.float32))
