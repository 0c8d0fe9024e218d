"""Lines of text to signs: which lines share a plate, what colour it is, and how far it reaches.

A sign is what people point at ("the red sign"), while a reader finds lines. Two lines belong to one
sign when they stand close together, are aligned, have like grounds, and no edge of a plate runs
between them. The plate is found by growing from the rim of the text through pixels of the ground's
colour; where the ground runs on far beyond the text (a word on a wall) the sign is the text with a
margin of half its height, which is what people would draw around it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from artic_codecs import Box
from articgw.backends.embedded import boxes, colours
from articgw.backends.embedded.scene import Paint, Sign, TextLine
from articgw.frame import Pixels

_SAME_GROUND = 30.0
"""Largest distance of two grounds of one sign, RGB."""
_PLATE_REACH = 4.0
"""A plate that reaches further than this many line heights from its text is taken for a wall."""

_EDGE = 0.25
_MARGIN = 0.6
"""Margins around a plate that was found, and around text without one, in heights of its letters."""


def signs_of(lines: tuple[TextLine, ...], rgb: Pixels, gain: float) -> tuple[Sign, ...]:
    """Group the lines of a (h, w, 3) RGB picture. ``gain`` brightens a dim one for naming."""
    height_px, width_px = rgb.shape[:2]
    grounds = [np.array(line.ground, np.float32) for line in lines]
    plates = [_plate(rgb, line.box, g) for line, g in zip(lines, grounds, strict=True)]
    group = list(range(len(lines)))
    for a in range(len(lines)):
        for b in range(a):
            alike = float(np.abs(grounds[a] - grounds[b]).max()) <= _SAME_GROUND
            if (
                alike
                and _together(lines[a].box, lines[b].box, width_px / height_px)
                and (_one_plate(lines[a].box, lines[b].box, plates[a], plates[b]))
            ):
                old, new = group[a], group[b]
                group = [new if g == old else g for g in group]
    found = []
    for g in dict.fromkeys(group):
        members = [k for k in range(len(lines)) if group[k] == g]
        lead = max(members, key=lambda k: boxes.area(lines[k].box))
        ordered = _reading_order([lines[k] for k in members])
        text_box = boxes.union(line.box for line in ordered)
        plate = boxes.union([text_box, *(p for k in members if (p := plates[k]))])
        # Many plates have a line drawn inside their edge, where growing stops short of it.
        share = _EDGE if any(plates[k] for k in members) else _MARGIN
        margin = share * lines[lead].height_px
        plate = boxes.grown(plate, margin / width_px, margin / height_px)
        ground = np.asarray(grounds[lead] * gain, np.float32)
        ink = np.asarray(np.array(lines[lead].ink) * gain, np.float32)
        found.append(Sign(ordered, plate, _plate_paint(ground, ink), colours.paint(ink)))
    return tuple(found)


def _plate_paint(ground: NDArray[np.float32], ink: NDArray[np.float32]) -> Paint:
    """Names of a plate. A pale one under dark letters is called white, however dim the light."""
    tone = colours.paint(ground)
    lighter = float(ground.mean() - ink.mean())
    if colours.name(tone) == "grey" and lighter > 50.0 and ground.mean() > 100.0:
        return (("white", 1.0), ("grey", 0.8))
    return tone


def _pixels(rgb: Pixels, box: Box) -> Pixels:
    height_px, width_px = rgb.shape[:2]
    x0, y0 = int(box[0] * width_px), int(box[1] * height_px)
    x1, y1 = int(np.ceil(box[2] * width_px)), int(np.ceil(box[3] * height_px))
    return rgb[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]


def _plate(rgb: Pixels, text: Box, ground: NDArray[np.float32]) -> Box | None:
    """The box that the ground fills around the text, or None where it runs on."""
    height_px, width_px = rgb.shape[:2]
    tall_px = (text[3] - text[1]) * height_px
    reach_px = _PLATE_REACH * tall_px
    window = boxes.grown(text, reach_px / width_px, reach_px / height_px)
    crop = _pixels(rgb, window)
    scale = min(1.0, 160.0 / max(crop.shape[:2]))
    small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    near = np.abs(small.astype(np.float32) - ground).max(axis=2) < 34.0
    rows, columns = small.shape[:2]
    inner = _relative(text, window, columns, rows)
    near[inner[1] : inner[3], inner[0] : inner[2]] = True
    near = cv2.morphologyEx(near.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    near[inner[1] : inner[3], inner[0] : inner[2]] = 1
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    x, y, w, h, pixels = (
        int(v) for v in stats[labels[(inner[1] + inner[3]) // 2, (inner[0] + inner[2]) // 2]]
    )
    touches = (x == 0 and window[0] > 0.0) + (y == 0 and window[1] > 0.0)
    touches += (x + w == columns and window[2] < 1.0) + (y + h == rows and window[3] < 1.0)
    if touches or pixels < 0.6 * w * h:
        return None
    wide, tall = window[2] - window[0], window[3] - window[1]
    found = (
        window[0] + wide * x / columns,
        window[1] + tall * y / rows,
        window[0] + wide * (x + w) / columns,
        window[1] + tall * (y + h) / rows,
    )
    return boxes.union([found, text])


def _relative(box: Box, window: Box, columns: int, rows: int) -> tuple[int, int, int, int]:
    wide, tall = window[2] - window[0], window[3] - window[1]
    x0 = int((box[0] - window[0]) / wide * columns)
    y0 = int((box[1] - window[1]) / tall * rows)
    x1 = int(np.ceil((box[2] - window[0]) / wide * columns))
    y1 = int(np.ceil((box[3] - window[1]) / tall * rows))
    return max(0, x0), max(0, y0), min(columns, max(x1, x0 + 1)), min(rows, max(y1, y0 + 1))


def _together(a: Box, b: Box, aspect: float) -> bool:
    """True for lines that stand under or beside each other as lines of one text do."""
    tall_a, tall_b = a[3] - a[1], b[3] - b[1]
    tall = min(tall_a, tall_b)
    if max(tall_a, tall_b) > 3.5 * tall:
        return False
    overlap_x = min(a[2], b[2]) - max(a[0], b[0])
    overlap_y = min(a[3], b[3]) - max(a[1], b[1])
    if overlap_y > 0.5 * tall:
        return -overlap_x * aspect < 1.2 * tall
    narrow = min(a[2] - a[0], b[2] - b[0])
    return overlap_x > 0.4 * narrow and -overlap_y < 0.9 * max(tall_a, tall_b)


def _one_plate(a: Box, b: Box, plate_a: Box | None, plate_b: Box | None) -> bool:
    """False where a plate was found around one line that leaves the other outside."""
    if plate_a is not None and boxes.inside(b, plate_a) < 0.5:
        return False
    return plate_b is None or boxes.inside(a, plate_b) >= 0.5


def _reading_order(lines: list[TextLine]) -> tuple[TextLine, ...]:
    """Top to bottom, and left to right where lines stand side by side."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda one: one.box[1] + one.box[3]):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and rows[-1][0].box[1] < middle < rows[-1][0].box[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda one: one.box[0]))
