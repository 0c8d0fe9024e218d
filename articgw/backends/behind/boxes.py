"""Boxes as models draw them, made fractions of the picture.

Each family was trained on its own coordinates and is asked for those: Qwen2.5-VL points in pixels
of the grid that it resizes to (multiples of 28), Qwen2-VL, Qwen3-VL and InternVL in thousandths,
Gemini and Gemma in thousandths with y first, Claude in pixels. All others are asked for fractions.
Models err, so every box is checked, whatever the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from artic_codecs import Box

SLACK = 0.05
"""A box that reaches so far beyond the picture is cut; one that reaches farther means nothing."""
MIN_AREA = 0.0002
"""Of the picture: a line of text 8 px high in 720p."""
MAX_AREA = 0.8
"""A region that is nearly everything points at nothing."""

Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Convention:
    """How a model writes a box."""

    asked_as: str
    """For the prompt."""
    whole: Callable[[tuple[int, int]], Size]
    """What the far corner of a picture of that size, px, is called."""
    y_first: bool = False


def _one(_size_px: tuple[int, int]) -> Size:
    return 1.0, 1.0


def _thousand(_size_px: tuple[int, int]) -> Size:
    return 1000.0, 1000.0


def _pixels(size_px: tuple[int, int]) -> Size:
    return float(size_px[0]), float(size_px[1])


def _grid_of_28(size_px: tuple[int, int]) -> Size:
    across, down = (max(28.0, round(side_px / 28) * 28.0) for side_px in size_px)
    return across, down


FRACTIONS = Convention("[x0, y0, x1, y1] as fractions of the picture's width and height", _one)
THOUSANDTHS = Convention("[x0, y0, x1, y1], each from 0 to 1000", _thousand)
Y_FIRST = Convention("[y0, x0, y1, x1], each from 0 to 1000", _thousand, y_first=True)
PIXELS = Convention("[x0, y0, x1, y1] in pixels of the picture", _pixels)
QWEN25 = Convention(PIXELS.asked_as, _grid_of_28)

_FAMILIES: Sequence[tuple[str, Convention]] = (
    (r"qwen[-_ ]?2[._-]?5[-_ ]?vl", QWEN25),
    (r"qwen.*vl|internvl", THOUSANDTHS),
    (r"gemini|gemma", Y_FIRST),
    (r"claude", PIXELS),
)


def convention_of(model: str) -> Convention:
    """By the model's name; fractions where it does not tell."""
    for name, convention in _FAMILIES:
        if re.search(name, model, re.IGNORECASE):
            return convention
    return FRACTIONS


def box_in(values: Sequence[float], convention: Convention, size_px: tuple[int, int]) -> Box | None:
    """Four numbers about a picture of ``size_px`` as a box; None where they mean nothing."""
    if len(values) != 4 or not all(isfinite(value) for value in values):
        return None
    a, b, c, d = values
    if convention.y_first:
        a, b, c, d = b, a, d, c
    given_as_fractions = max(map(abs, values)) <= 1.0
    across, down = (1.0, 1.0) if given_as_fractions else convention.whole(size_px)
    x0, x1 = sorted((a / across, c / across))
    y0, y1 = sorted((b / down, d / down))
    if min(x0, y0) < -SLACK or max(x1, y1) > 1.0 + SLACK:
        return None
    box = _cut(x0), _cut(y0), _cut(x1), _cut(y1)
    area = (box[2] - box[0]) * (box[3] - box[1])
    return box if MIN_AREA <= area <= MAX_AREA else None


def _cut(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
