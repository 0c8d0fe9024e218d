from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.palette import THINGS
from devibench.sample.things import PLURALS, draw_thing
from devibench.sample.world import FINE


@pytest.mark.parametrize("label", PLURALS)
def test_a_thing_fills_its_square_in_its_colour(label: str) -> None:
    drawing = draw_thing(label, "blue", 40.0)
    assert drawing.shape == (40 * FINE, 40 * FINE, 4)
    solid = drawing[..., 3] > 100
    assert solid.any(0).mean() > 0.9 and solid.any(1).mean() > 0.9
    mean = drawing[drawing[..., 3] > 200][:, :3].astype(float).mean(0)
    assert int(np.argmax(mean)) == 2


@pytest.mark.parametrize("colour", THINGS)
def test_every_colour_can_be_drawn(colour: str) -> None:
    assert draw_thing("ball", colour, 20.0)[..., 3].max() == 255
