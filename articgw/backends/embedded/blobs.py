"""Compact areas of one colour: balls, blocks, rings, plates, whatever the detector has no name for.

Every pixel of a smaller copy is looked up: may it be called red, orange, ...? Shaded sides of one
thing have several names at once, so the masks of the colours overlap, and one thing may be found
under two names; its `paint` says which fits better. Areas are then sifted: large enough to be
meant, filled enough to be one thing, sharply bounded, and not the background. Grey is never a
thing; white and black only where they are compact and small.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from articgw.backends.embedded import colours
from articgw.backends.embedded.scene import Blob
from articgw.frame import Pixels

_SIDE_PX = 800
_MIN_AREA = 0.0003
_MAX_AREA = 0.2
_MAX_NEUTRAL_AREA = 0.05
_MIN_SIDE_PX = 8
_NO_TREE = np.zeros((0, 4), np.int32)
_MIN_SOLIDITY = {"star": 0.45, "ring": 0.2}


def blobs_of(rgb: Pixels, gain: float, table: NDArray[np.uint16]) -> tuple[Blob, ...]:
    """Blobs of a (h, w, 3) RGB picture, largest first. ``table`` is `colours.table()`."""
    scale = min(1.0, _SIDE_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(small, 3)
    bright = np.asarray(cv2.convertScaleAbs(small, alpha=gain), np.uint8)
    cells = bright >> 3
    names = table[cells[..., 0], cells[..., 1], cells[..., 2]]
    found: list[Blob] = []
    for index, colour in enumerate(colours.NAMES):
        if colour == "grey":
            continue
        mask = np.asarray((names >> index) & 1, np.uint8)
        outlines, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        contours = [np.asarray(outline, np.int32) for outline in outlines]
        tree = np.asarray(hierarchy, np.int32).reshape(-1, 4) if contours else _NO_TREE
        holes = _holes(contours, tree)
        for k, contour in enumerate(contours):
            if tree[k][3] < 0 and len(contour) >= 12:
                blob = _blob(contour, colour, bright, mask, holes.get(k, 0.0))
                if blob is not None:
                    found.append(blob)
    return tuple(sorted(found, key=lambda blob: -blob.area))


def _holes(contours: Sequence[NDArray[np.int32]], tree: NDArray[np.int32]) -> dict[int, float]:
    """Area of the largest hole of each outer contour, px."""
    holes: dict[int, float] = {}
    for contour, (_, _, _, parent) in zip(contours, tree, strict=True):
        if parent >= 0:
            holes[int(parent)] = max(holes.get(int(parent), 0.0), cv2.contourArea(contour))
    return holes


def _blob(
    contour: NDArray[np.int32], colour: str, bright: Pixels, mask: Pixels, hole: float
) -> Blob | None:
    height_px, width_px = bright.shape[:2]
    x, y, w, h = (int(v) for v in cv2.boundingRect(contour))
    area = cv2.contourArea(contour)
    fraction = area / (width_px * height_px)
    largest = _MAX_NEUTRAL_AREA if colour in ("white", "black") else _MAX_AREA
    if not _MIN_AREA <= fraction <= largest or min(w, h) < _MIN_SIDE_PX:
        return None
    hull = np.asarray(cv2.convexHull(contour), np.int32)
    solidity = area / max(1.0, cv2.contourArea(hull))
    shape = shape_of(contour, hull, hole / max(area, 1.0))
    if solidity < _MIN_SOLIDITY.get(shape, 0.78):
        return None
    inside = np.zeros((h, w), np.uint8)
    cv2.drawContours(inside, [contour - np.array([x, y], np.int32)], 0, 1, -1)
    inside &= mask[y : y + h, x : x + w]
    pixels = bright[y : y + h, x : x + w][inside > 0].astype(np.float32)
    if len(pixels) < 12:
        return None
    tone = colours.paint(np.median(pixels, axis=0))
    if colours.fit(tone, colour) < 0.5:
        return None
    box = (x / width_px, y / height_px, (x + w) / width_px, (y + h) / height_px)
    return Blob(colour, shape, box, fraction, tone)


def shape_of(contour: NDArray[np.int32], hull: NDArray[np.int32], hole: float) -> str:
    """Class of a contour. ``hole`` is the area of its largest hole over its own."""
    area = max(1.0, cv2.contourArea(contour))
    solidity = area / max(1.0, cv2.contourArea(hull))
    _, radius = cv2.minEnclosingCircle(contour)
    _, (wide, tall), _ = cv2.minAreaRect(contour)
    round_share = area / max(1.0, float(np.pi * radius * radius))
    box_share = area / max(1.0, wide * tall)
    if hole > 0.2 and round_share > 0.6:
        return "ring"
    hull_round = cv2.contourArea(hull) / max(1.0, float(np.pi * radius * radius))
    if solidity < 0.65 and hull_round > 0.83 and _points(contour, radius * 0.9) <= 3:
        return "ring"
    if solidity < 0.72:
        return "star" if round_share > 0.22 and _points(contour, radius) >= 4 else "other"
    if round_share > 0.82:
        return "circle"
    _, triangle = cv2.minEnclosingTriangle(contour)
    if triangle is not None and area / max(1.0, cv2.contourArea(triangle)) > 0.82:
        return "triangle"
    if box_share > 0.8:
        return "square" if max(wide, tall) < 1.3 * min(wide, tall) else "rectangle"
    return "other"


def _points(contour: NDArray[np.int32], radius: float) -> int:
    """How many tips a contour has: maxima of its distance from the middle."""
    points = contour.reshape(-1, 2).astype(np.float32)
    reach = np.linalg.norm(points - points.mean(axis=0), axis=1) / max(radius, 1.0)
    far = reach > 0.72
    return int(np.count_nonzero(far & ~np.roll(far, 1)))
