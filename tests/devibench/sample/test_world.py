from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.camera import project
from devibench.sample.world import FINE, World, rectangle, shrink


def grey_world() -> World:
    """100 x 80 world px around -10, -20."""
    return World(np.full((120, 150, 3), 128, np.uint8), (-10.0, -20.0))


def test_a_paste_lands_on_its_quad_and_nowhere_else() -> None:
    world = grey_world()
    red = np.zeros((40, 60, 4), np.uint8)
    red[..., 0], red[..., 3] = 250, 255
    world.paste(red, rectangle(10, 0, 50, 30))
    rows, columns = np.nonzero(world.canvas[..., 0] > 200)
    corners = np.array([[columns.min(), rows.min()], [columns.max(), rows.max()]], float)
    low, high = project(world.from_canvas(), corners)
    assert low == pytest.approx([10, 0], abs=1) and high == pytest.approx([50, 30], abs=1)
    assert (world.canvas[:28] == 128).all()


def test_what_lies_outside_changes_nothing() -> None:
    world = grey_world()
    world.paste(np.full((9, 9, 4), 255, np.uint8), rectangle(500, 500, 600, 600))
    assert (world.canvas == 128).all()


def test_a_shadow_darkens_below_and_right() -> None:
    world = grey_world()
    world.paste(np.full((30, 30, 4), 255, np.uint8), rectangle(10, 0, 40, 30), shadow=0.8)
    below = world.canvas[int((31 + 20) * FINE), int((25 + 10) * FINE)]
    assert (below < 110).all()


def test_a_shrunk_drawing_keeps_its_colour_at_soft_edges() -> None:
    drawing = np.zeros((8, 8, 4), np.uint8)
    drawing[:, :2] = (200, 10, 10, 255)
    small = shrink(drawing, 4)
    assert small.shape == (2, 2, 4)
    assert tuple(small[0, 0]) == (200, 10, 10, 128)
