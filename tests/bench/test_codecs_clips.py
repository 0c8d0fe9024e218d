"""Films over photographs show photographs, everywhere and undistorted."""

from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.camera import draw_camera
from tests.bench._codecs_clips import FILMS, Filmed, covering, wall


def test_a_picture_covers_a_place_without_being_stretched() -> None:
    chess = np.kron(np.indices((8, 8)).sum(0) % 2 * 255, np.ones((10, 10))).astype(np.uint8)
    large = covering(np.dstack([chess] * 3), (400, 160))
    assert large.shape == (160, 400, 3)
    for line in (large[25, :, 0], large[:, 25, 0]):
        edges = np.flatnonzero(np.diff((line > 127).astype(int)))
        assert np.diff(edges).tolist() == pytest.approx([50] * (len(edges) - 1), abs=1)


@pytest.mark.parametrize("filmed", FILMS, ids=lambda filmed: filmed.name)
def test_the_wall_is_covered_wherever_the_camera_looks(filmed: Filmed) -> None:
    camera = draw_camera(filmed.camera, (320, 180), 2.0, np.random.default_rng(1))
    world = wall(camera, filmed.photos)
    assert world.canvas.shape[0] >= 270
    assert world.canvas.shape[1] >= 480
    assert world.canvas.std() > 10
    assert world.origin[0] <= 0
    assert world.origin[1] <= 0


def test_no_film_has_the_name_of_another() -> None:
    assert len({filmed.name for filmed in FILMS}) == len(FILMS)
