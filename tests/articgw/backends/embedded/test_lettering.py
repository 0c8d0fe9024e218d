from __future__ import annotations

import numpy as np
import pytest

from articgw.backends.embedded.lettering import measure, rectified
from articgw.frame import Pixels
from tests.articgw.backends.embedded.pictures import COLOURS, Plate, box_px, draw, rgb

PAIRS = [("red", "white"), ("yellow", "black"), ("white", "blue"), ("black", "yellow")]


def line_with_rim(plate: Plate, rim_px: int) -> Pixels:
    """The plate and a rim of the wall around it, as a generous detector boxes it."""
    x0, y0, x1, y1 = (round(v) for v in box_px(plate))
    return rgb(draw([plate]))[y0 - rim_px : y1 + rim_px, x0 - rim_px : x1 + rim_px]


@pytest.mark.parametrize(("ground", "ink"), PAIRS)
@pytest.mark.parametrize("rim_px", [0, 4])
def test_ground_ink_and_height(ground: str, ink: str, rim_px: int) -> None:
    line = line_with_rim(Plate((0.5, 0.5), "EXIT 12", 24, ground, ink), rim_px)
    found = measure(line)
    assert np.abs(found.ground - COLOURS[ground]).max() < 12
    assert np.abs(found.ink - COLOURS[ink]).max() < 12
    assert (found.down[1] - found.down[0]) * line.shape[0] == pytest.approx(24, abs=4)
    assert found.across[0] > 0.02 and found.across[1] < 0.98


def test_a_tilted_quad_is_made_straight() -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    quad = np.array([[20, 20], [120, 40], [116, 60], [16, 40]], np.float32)
    assert rectified(picture, quad).shape == (20, 102, 3)


def test_a_flat_line_is_no_error() -> None:
    found = measure(np.full((20, 60, 3), 90, np.uint8))
    assert found.ground == pytest.approx([90, 90, 90])
