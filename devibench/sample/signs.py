"""Signs: a plate with a text, hung in perspective.

The plate hugs the text with less than half a capital height around it, so that a region grown
around the text that somebody read covers the plate, and the plate's box is the truth about both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from devibench.extras import bench_extra
from devibench.sample.palette import PLATES, ink_on
from devibench.sample.words import SignKind, Wording
from devibench.sample.world import FINE, shrink

if TYPE_CHECKING:
    from PIL import ImageFont

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

MARGIN_X_CAPS, MARGIN_Y_CAPS = 0.45, 0.40
DRAW_TIMES = 4
"""Plates are drawn larger by this and shrunk: Pillow's edges are only as smooth as that."""
EYE_CAPS = 40.0
"""How far the eye is from a sign that is turned, in capital heights."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign before it has a place."""

    id: str
    kind: SignKind
    wording: Wording
    colour: str
    font: str
    height_px: float
    """Of a capital letter at scale 1."""
    turn_rad: tuple[float, float, float]
    """Yaw, pitch, roll of the plate."""


def draw_plate(sign: Sign) -> Pixels:
    """(h, w, 4) RGBA at canvas resolution."""
    with bench_extra():
        from PIL import Image, ImageDraw

    cap = sign.height_px * FINE * DRAW_TIMES
    font = font_of_height(sign.font, cap)
    ruler = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = ruler.textbbox((0, 0), sign.wording.text, font, anchor="ls")
    top, bottom = min(top, -cap), max(bottom, 0)
    margin_x, margin_y = MARGIN_X_CAPS * cap, MARGIN_Y_CAPS * cap
    width = _multiple(right - left + 2 * margin_x)
    height = _multiple(bottom - top + 2 * margin_y)
    plate, ink = PLATES[sign.colour], ink_on(sign.colour)
    image = Image.new("RGBA", (width, height), (*plate, 0))
    draw = ImageDraw.Draw(image)
    corner = sign.kind.corner * cap
    draw.rounded_rectangle((0, 0, width - 1, height - 1), corner, (*plate, 255))
    if sign.kind.framed:
        inset, line = 0.1 * cap, max(1, round(0.07 * cap))
        frame = (inset, inset, width - 1 - inset, height - 1 - inset)
        draw.rounded_rectangle(frame, max(corner - inset, 0), outline=(*ink, 255), width=line)
    draw.text((margin_x - left, margin_y - top), sign.wording.text, (*ink, 255), font, anchor="ls")
    return shrink(np.asarray(image), DRAW_TIMES)


def quad_around_zero(sign: Sign, plate: Pixels) -> Floats:
    """(4, 2) corners of the hung plate in world px, its centre at 0, 0."""
    height, width = (side / FINE for side in plate.shape[:2])
    yaw, pitch, roll = sign.turn_rad
    eye = EYE_CAPS * sign.height_px + width
    flat = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    x, y = flat[:, 0] * np.cos(yaw), flat[:, 1] * np.cos(pitch)
    depth = flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)
    near = eye / (eye + depth)
    x, y = x * near, y * near
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    return np.asarray(np.c_[x, y] @ turn.T, np.float64)


@cache
def font_of_height(name: str, cap_px: float) -> ImageFont.FreeTypeFont:
    """One of matplotlib's fonts, in the size whose capital H is that high."""
    with bench_extra():
        import matplotlib
        from PIL import ImageFont

    file = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name)
    probe = 1000
    _, top, _, bottom = ImageFont.truetype(file, probe).getbbox("H", anchor="ls")
    return ImageFont.truetype(file, cast(int, probe * cap_px / (bottom - top)))


def _multiple(length: float) -> int:
    return max(1, round(length / DRAW_TIMES)) * DRAW_TIMES
