from __future__ import annotations

import cv2
import numpy as np

from devibench.sample.backdrop import draw_backdrop
from devibench.sample.world import FINE


def test_a_backdrop_covers_its_area_with_texture() -> None:
    world = draw_backdrop((-20.0, -10.0, 620.0, 350.0), np.random.default_rng(2))
    assert world.canvas.shape == (360 * FINE, 640 * FINE, 3)
    assert world.origin == (-20.0, -10.0)
    grey = cv2.cvtColor(world.canvas, cv2.COLOR_RGB2GRAY)
    blocks = grey.reshape(18, 30, 30, 32).swapaxes(1, 2).reshape(18 * 30, -1)
    assert np.median(blocks.std(1)) > 5


def test_backdrops_differ_by_seed() -> None:
    one, two = (
        draw_backdrop((0.0, 0.0, 320.0, 180.0), np.random.default_rng(seed)) for seed in (1, 2)
    )
    assert (one.canvas != two.canvas).any()
