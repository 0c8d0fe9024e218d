"""Where something is likely to be asked about, while nothing is known but the picture.

Two things draw questions: what is written and what moves. Writing is strokes, edges of both
directions close together, which single edges of shapes and shadows are not; it shows even where it
is too small to be read. What moves is what the camera's own motion does not explain (`motion.py`).
Both are measured against the picture's own level, so that noise and busy wallpaper, which are
everywhere, stand out nowhere. Where nothing stands out there are no boxes: the frame's centre is no
better a guess than any other place, and a wrong guess costs the right one its bits.

Boxes have low priorities: any answer, any aim, knows more.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from artic_codecs.boxes import clean_box
from artic_codecs.motion import Luma, follow, small
from artic_codecs.regions import Region

CELL_PX = 4
"""Of the small picture, 16 px of 720p: a line of small text."""
STROKE_PX = 7
"""Edges of both directions within this are a stroke."""
STANDS_OUT = 2.0
"""Times the spread of the picture's own energy, over its median."""
MOST_PART = 0.35
"""Of the frame: a larger box is a busy picture, and no place."""
LEAST_CELLS = 3
MOST_PRIORITY = 0.25
"""Six steps of QP in our client, about twice the bits: a wrong guess leaves the rest readable."""
ACTIVITY_S = 1.0
"""What moved is remembered for so long."""
TTL_S = 3.0
"""On a thin link frames come once a second."""
_NOISE = 2.0
"""Levels of 256; less energy is nothing."""

_Map = NDArray[np.float32]


class Saliency:
    """Of one call's pictures, a few a second."""

    def __init__(self) -> None:
        self._picture: Luma | None = None
        self._captured_t = -math.inf
        self._activity: _Map | None = None

    def on_picture(self, luma: Luma, captured_t: float) -> None:
        """A luma plane of any size, 320x180 is enough; one that is not newer changes nothing.

        Raises ``ValueError`` where it is no luma plane.
        """
        picture = small(luma)
        if not math.isfinite(captured_t) or captured_t <= self._captured_t:
            return
        before, since_s = self._picture, captured_t - self._captured_t
        self._picture, self._captured_t = picture, captured_t
        if before is None or before.shape != picture.shape:
            self._activity = None
            return
        moved = _moved(before, picture)
        if moved is None or self._activity is None:
            self._activity = moved
        else:
            kept = math.exp(-since_s / ACTIVITY_S)
            self._activity = np.maximum(kept * self._activity, moved)

    def regions(self, *, now: float, at_most: int = 3) -> tuple[Region, ...]:
        """Boxes on the last picture, the likeliest first; none where nothing stands out."""
        if self._picture is None:
            return ()
        energy = _over(_strokes(self._picture))
        if self._activity is not None:
            energy = energy + _over(self._activity)
        found = []
        for strength, box in _places(energy):
            whole = clean_box(box).box
            if whole is not None and (whole[2] - whole[0]) * (whole[3] - whole[1]) <= MOST_PART:
                found.append((strength, whole))
        found.sort(key=lambda one: -one[0])
        frame_t = min(self._captured_t, now)
        return tuple(
            Region(box, frame_t, MOST_PRIORITY * (strength / found[0][0]), frame_t + TTL_S)
            for strength, box in found[:at_most]
        )


def _strokes(picture: Luma) -> _Map:
    import cv2

    window = (STROKE_PX, STROKE_PX)
    energy = np.zeros(picture.shape, np.float32)
    for across, down in ((1, 0), (0, 1)):
        slope = cv2.Sobel(picture, cv2.CV_32F, across, down, ksize=3, scale=0.25)
        rises = cv2.boxFilter(np.maximum(slope, 0), -1, window)
        falls = cv2.boxFilter(np.maximum(-slope, 0), -1, window)
        energy += np.minimum(rises, falls)
    return _cells(energy)


def _moved(before: Luma, picture: Luma) -> _Map | None:
    """What the camera's motion does not explain; None on a cut, or where it is not known."""
    import cv2

    flow = follow(before, picture, ())
    if flow.cut or flow.shared is None:
        return None
    size = (picture.shape[1], picture.shape[0])
    there = cv2.warpAffine(before, flow.shared[:2], size, borderMode=cv2.BORDER_CONSTANT)
    known = cv2.warpAffine(np.full_like(before, 255), flow.shared[:2], size)
    apart = cv2.absdiff(cv2.blur(picture, (5, 5)), cv2.blur(there, (5, 5)))
    apart[cv2.erode(known, np.ones((7, 7), np.uint8)) < 255] = 0
    return _cells(apart.astype(np.float32))


def _cells(energy: _Map) -> _Map:
    import cv2

    height, width = energy.shape
    size = (max(1, width // CELL_PX), max(1, height // CELL_PX))
    return np.asarray(cv2.resize(energy, size, interpolation=cv2.INTER_AREA), np.float32)


def _over(energy: _Map) -> _Map:
    """By how many spreads it is over the median; 0 where it does not stand out."""
    median = float(np.median(energy))
    spread = max(_NOISE, 1.48 * float(np.median(np.abs(energy - median))))
    return np.asarray(np.maximum(0, (energy - median) / spread - STANDS_OUT), np.float32)


def _places(energy: _Map) -> list[tuple[float, tuple[float, float, float, float]]]:
    """Cells that stand out, joined with their neighbours: strength and box of each group."""
    import cv2

    rows, columns = energy.shape
    out = (energy > 0).astype(np.uint8)
    joined = cv2.morphologyEx(out, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number in range(1, count):
        x, y, across, down, cells = (int(part) for part in stats[number])
        if cells >= LEAST_CELLS:
            strength = math.sqrt(float(energy[labels == number].sum()))
            box = (x - 0.5, y - 0.5, x + across + 0.5, y + down + 0.5)
            x0, y0, x1, y1 = box
            found.append((strength, (x0 / columns, y0 / rows, x1 / columns, y1 / rows)))
    return found
