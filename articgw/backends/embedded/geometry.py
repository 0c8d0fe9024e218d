"""Places in a picture and relations between boxes, as fits of 0..1.

"Left" has no sharp edge: a slope across the middle lets a better candidate win, and only what lies
far on the other side is out. Relations look at centres for the direction and at the gap for the
strength: of two signs above another the nearer one is meant.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from artic_codecs import Box
from articgw.backends.embedded import boxes


def relation_fit(relation: str, a: Box, b: Box, aspect: float) -> float:
    """How well ``a`` stands above, below, left, right, near or inside ``b``."""
    return _GEOMETRY[relation](a, b, aspect)


def _slope(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-9.0 * value))


def _hump(x: float) -> float:
    return math.exp(-(((x - 0.5) / 0.22) ** 2))


_PLACE: dict[str, Callable[[float, float], float]] = {
    "left": lambda x, y: _slope(0.5 - x),
    "right": lambda x, y: _slope(x - 0.5),
    "top": lambda x, y: _slope(0.5 - y),
    "bottom": lambda x, y: _slope(y - 0.5),
    "middle": lambda x, y: _hump(x) * (0.4 + 0.6 * _hump(y)),
}
AXIS = {"left": (0, 1), "right": (0, -1), "top": (1, 1), "bottom": (1, -1)}


def place_fit(place: str, box: Box) -> float:
    """How well a box stands at a place of the picture, 0..1; 0 for a place that is none."""
    return _PLACE[place](*boxes.centre(box)) if place in _PLACE else 0.0


def _aligned(a0: float, a1: float, b0: float, b1: float) -> float:
    """1 where two intervals overlap, less the further they miss each other."""
    missed = max(a0 - b1, b0 - a1, 0.0)
    return math.exp(-missed / 0.08)


def _vertical(first: Box, second: Box) -> float:
    """How well ``first`` stands above ``second``."""
    rise = boxes.centre(second)[1] - boxes.centre(first)[1]
    if rise <= 0.0:
        return 0.0
    apart = max(0.0, second[1] - first[3])
    over = max(0.0, first[3] - second[1] - 0.3 * (first[3] - first[1]))
    aligned = _aligned(first[0], first[2], second[0], second[2])
    return aligned * math.exp(-apart / 0.5) * math.exp(-over / 0.05)


def _horizontal(first: Box, second: Box) -> float:
    """How well ``first`` stands to the left of ``second``."""
    step = boxes.centre(second)[0] - boxes.centre(first)[0]
    if step <= 0.0:
        return 0.0
    apart = max(0.0, second[0] - first[2])
    over = max(0.0, first[2] - second[0] - 0.3 * (first[2] - first[0]))
    aligned = 0.3 + 0.7 * _aligned(first[1], first[3], second[1], second[3])
    return aligned * math.exp(-apart / 0.6) * math.exp(-over / 0.05)


_GEOMETRY: dict[str, Callable[[Box, Box, float], float]] = {
    "above": lambda a, b, aspect: _vertical(a, b),
    "below": lambda a, b, aspect: _vertical(b, a),
    "left": lambda a, b, aspect: _horizontal(a, b),
    "right": lambda a, b, aspect: _horizontal(b, a),
    "near": lambda a, b, aspect: math.exp(-boxes.gap(a, b, aspect) / 0.12),
    "inside": lambda a, b, aspect: boxes.inside(a, b),
}


def holds(relation: str, a: Box, b: Box) -> bool:
    """True where the middle of ``a`` is on that side of the middle of ``b``."""
    (ax, ay), (bx, by) = boxes.centre(a), boxes.centre(b)
    return {"left": ax < bx, "right": ax > bx, "above": ay < by, "below": ay > by}.get(
        relation, boxes.gap(a, b, 1.6) < 0.1
    )
