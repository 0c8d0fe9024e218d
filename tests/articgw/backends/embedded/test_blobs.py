from __future__ import annotations

import math

import numpy as np
import pytest
from PIL import ImageDraw

from articgw.backends.embedded import colours
from articgw.backends.embedded.blobs import blobs_of
from tests.articgw.backends.embedded.pictures import COLOURS, rgb, wall

TABLE = colours.table()


def star(x: float, y: float, r: float) -> list[tuple[float, float]]:
    return [
        (x + q * math.sin(k * math.pi / 5), y - q * math.cos(k * math.pi / 5))
        for k in range(10)
        for q in (r if k % 2 == 0 else 0.4 * r,)
    ]


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "star", "ring"])
@pytest.mark.parametrize("colour", ["red", "green", "blue", "yellow", "orange", "purple", "pink"])
def test_shapes_and_colours(shape: str, colour: str) -> None:
    picture = wall()
    pen, fill = ImageDraw.Draw(picture), COLOURS[colour]
    if shape == "circle":
        pen.ellipse((400, 200, 450, 250), fill=fill)
    elif shape == "square":
        pen.rectangle((400, 200, 450, 250), fill=fill)
    elif shape == "triangle":
        pen.polygon([(425, 200), (455, 250), (395, 250)], fill=fill)
    elif shape == "ring":
        pen.ellipse((400, 200, 450, 250), outline=fill, width=9)
    else:
        pen.polygon(star(425, 225, 30), fill=fill)
    found = [b for b in blobs_of(rgb(picture), 1.0, TABLE) if b.colour == colour]
    assert [b.shape for b in found] == [shape]


def test_a_wall_holds_nothing() -> None:
    assert blobs_of(rgb(wall()), 1.0, TABLE) == ()


def test_a_background_is_not_a_thing() -> None:
    assert blobs_of(np.full((270, 480, 3), (30, 80, 190), np.uint8), 1.0, TABLE) == ()
