from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devibench.sample.camera import CameraKind, draw_camera, project, unproject

SIZE = (1280, 720)
KINDS: tuple[CameraKind, ...] = ("still", "hand-held", "pan", "walking")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), part=st.floats(0, 1))
def test_a_path_is_smooth_and_keeps_the_world_upright(
    kind: CameraKind, seed: int, part: float
) -> None:
    camera = draw_camera(kind, SIZE, 4.0, np.random.default_rng(seed))
    now, soon = camera.at(4.0 * part), camera.at(4.0 * part + 1 / 30)
    centre = np.array([[640.0, 360.0], [700.0, 360.0]])
    step = project(soon, centre) - project(now, centre)
    assert np.abs(step).max() < 30
    left, right = project(now, centre)
    assert 50 < right[0] - left[0] < 100 and abs(right[1] - left[1]) < 5


@pytest.mark.parametrize(
    ("kind", "moves_px", "grows"),
    [("still", 0, 1.0), ("hand-held", 3, 1.0), ("pan", 250, 1.0), ("walking", 20, 1.15)],
)
def test_each_kind_moves_in_its_own_way(kind: CameraKind, moves_px: float, grows: float) -> None:
    camera = draw_camera(kind, SIZE, 4.0, np.random.default_rng(4))
    marks = np.array([[640.0, 360.0], [660.0, 360.0]])
    tracks = np.array([project(camera.at(t), marks) for t in np.linspace(0, 4, 50)])
    lengths = tracks[:, 1, 0] - tracks[:, 0, 0]
    assert np.ptp(tracks[:, 0, 0]) >= moves_px
    assert lengths[-1] / lengths[0] >= grows * 0.99


def test_unproject_undoes_project() -> None:
    camera = draw_camera("walking", SIZE, 4.0, np.random.default_rng(1))
    point = np.array([200.0, 500.0])
    there = project(camera.at(2.0), point[None])[0]
    assert unproject(camera.at(2.0), there) == pytest.approx(point)
