"""A box as somebody said it, made safe.

Boxes come from models, peers and trackers, and each may be wrong: not numbers, reversed, outside,
of no area. Whatever comes in, what goes out is a box inside the frame or None, and what was wrong
with it. A box is read, put in order, then cut at the frame's edge. Nothing raises.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from numbers import Real
from typing import NamedTuple

from artic_codecs.regions import Box

LEAST_SIDE = 0.0005
"""Of the frame: half a step of the 0..1000 grid that models point on; less is no area."""


class Flaw(StrEnum):
    """What was wrong with a box or a region."""

    NOT_A_BOX = "not_a_box"
    """Dropped: not four numbers."""
    NOT_FINITE = "not_finite"
    """Dropped: NaN or infinite."""
    EMPTY = "empty"
    """Dropped: no area; zeros are the published system's way to say 'nothing'."""
    OUTSIDE = "outside"
    """Dropped: nothing of it is in the frame."""
    STALE = "stale"
    """Dropped: expired, or of a frame too old."""
    TOO_MANY = "too_many"
    """Dropped: enough regions were more important."""
    FRAME_CHANGED = "frame_changed"
    """Dropped: the picture turned or changed its proportions; nobody knows where it went."""
    REVERSED = "reversed"
    """Mended: corners put in order."""
    CLAMPED = "clamped"
    """Mended: cut at the frame's edge."""
    BOUNDED = "bounded"
    """Mended: a priority or a time brought into its range."""
    MERGED = "merged"
    """Mended: went into a more important region in the same place."""


class CleanBox(NamedTuple):
    """A box that can be used, or None, and what was wrong."""

    box: Box | None
    flaws: tuple[Flaw, ...]


def clean_box(raw: object) -> CleanBox:
    """``raw`` as a box inside the frame; anything may be given."""
    numbers = _four_numbers(raw)
    if numbers is None:
        return CleanBox(None, (Flaw.NOT_A_BOX,))
    if not all(map(math.isfinite, numbers)):
        return CleanBox(None, (Flaw.NOT_FINITE,))
    x0, y0, x1, y1 = numbers
    ordered = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    flaws = (Flaw.REVERSED,) if ordered != numbers else ()
    if _is_empty(ordered):
        return CleanBox(None, (*flaws, Flaw.EMPTY))
    x0, y0, x1, y1 = (min(1.0, max(0.0, side)) for side in ordered)
    inside = (x0, y0, x1, y1)
    if _is_empty(inside):
        return CleanBox(None, (*flaws, Flaw.OUTSIDE))
    return CleanBox(inside, flaws if inside == ordered else (*flaws, Flaw.CLAMPED))


def overlap(a: Box, b: Box) -> float:
    """Intersection over union, 0..1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    both = max(0.0, width) * max(0.0, height)
    either = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / either if either > 0 else 0.0


def as_float(number: float) -> float:
    """A number as a float, infinite where it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _four_numbers(raw: object) -> Box | None:
    if not isinstance(raw, Sequence) or len(raw) != 4:
        return None
    if not all(isinstance(side, Real) for side in raw):
        return None
    x0, y0, x1, y1 = map(as_float, raw)
    return x0, y0, x1, y1


def _is_empty(box: Box) -> bool:
    return box[2] - box[0] < LEAST_SIDE or box[3] - box[1] < LEAST_SIDE


def share_inside(box: Box, place: Box) -> float:
    """Share of the area of ``box`` that is in ``place``, 0..1; its sides must be longer than 0."""
    across = max(0.0, min(place[2], box[2]) - max(place[0], box[0])) / (box[2] - box[0])
    down = max(0.0, min(place[3], box[3]) - max(place[1], box[1])) / (box[3] - box[1])
    return across * down
