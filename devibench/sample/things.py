"""Coloured shapes that can be counted: balls, boxes, stars, cones, rings, hearts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from devibench.extras import bench_extra
from devibench.sample.palette import RGB, THINGS
from devibench.sample.world import FINE, shrink

if TYPE_CHECKING:
    from PIL import ImageDraw

Pixels = NDArray[np.uint8]
Points = list[tuple[float, float]]

DRAW_TIMES = 4
PLURALS = {
    "ball": "balls",
    "box": "boxes",
    "star": "stars",
    "cone": "cones",
    "ring": "rings",
    "heart": "hearts",
}


def draw_thing(label: str, colour: str, side_px: float) -> Pixels:
    """(n, n, 4) RGBA at canvas resolution; the shape touches all four sides (a box nearly)."""
    with bench_extra():
        from PIL import Image
        from PIL import ImageDraw as pencil

    side = max(8, round(side_px * FINE)) * DRAW_TIMES
    body = THINGS[colour]
    image = Image.new("RGBA", (side, side), (*body, 0))
    draw = pencil.Draw(image)
    edge = (*_tone(body, 0.45), 255)
    line = max(2, side // 32)
    if label == "ball":
        _shaded_disc(draw, body, side)
    elif label == "ring":
        draw.ellipse((0, 0, side - 1, side - 1), outline=(*body, 255), width=side // 5)
        draw.arc((0, 0, side - 1, side - 1), 20, 110, edge, width=line)
    elif label == "box":
        _cube(draw, body, side, edge, line)
    else:
        points = [(x * (side - 1), y * (side - 1)) for x, y in _OUTLINES[label]()]
        draw.polygon(points, (*body, 255), edge, line)
    return shrink(np.asarray(image), DRAW_TIMES)


def _shaded_disc(draw: ImageDraw.ImageDraw, body: RGB, side: int) -> None:
    steps = 24
    for step in range(steps):
        part = step / (steps - 1)
        radius = side / 2 * (1 - 0.85 * part)
        x = side / 2 - 0.16 * side * part
        box = (x - radius, x - radius, x + radius - 1, x + radius - 1)
        draw.ellipse(box, (*_tone(body, 0.6 + 0.65 * part), 255))


def _cube(
    draw: ImageDraw.ImageDraw, body: RGB, side: int, edge: tuple[int, ...], line: int
) -> None:
    deep = 0.26 * side
    end = side - 1
    front: Points = [(0, deep), (end - deep, deep), (end - deep, end), (0, end)]
    top: Points = [(0, deep), (deep, 0), (end, 0), (end - deep, deep)]
    right: Points = [(end - deep, deep), (end, 0), (end, end - deep), (end - deep, end)]
    for face, tone in ((front, 1.0), (top, 1.25), (right, 0.65)):
        draw.polygon(face, (*_tone(body, tone), 255), edge, line)


def _star() -> Points:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.42)
    return _fill(np.c_[radii * np.cos(angles), radii * np.sin(angles)])


def _heart() -> Points:
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return _fill(np.c_[16 * np.sin(t) ** 3, -y])


def _cone() -> Points:
    return [(0.42, 0.0), (0.58, 0.0), (0.9, 0.86), (1.0, 0.86), (1.0, 1.0), (0.0, 1.0), (0.0, 0.86), (0.1, 0.86)]  # fmt: skip # noqa: E501


_OUTLINES = {"star": _star, "heart": _heart, "cone": _cone}


def _fill(points: NDArray[np.float64]) -> Points:
    scaled = (points - points.min(0)) / (points.max(0) - points.min(0))
    return [(float(x), float(y)) for x, y in scaled]


def _tone(body: RGB, gain: float) -> RGB:
    return cast(RGB, tuple(min(255, round(channel * gain)) for channel in body))
