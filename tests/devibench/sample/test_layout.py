from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.camera import CameraKind, draw_camera
from devibench.sample.layout import TOP_BAND_PX, Layout
from devibench.sample.sight import see
from devibench.sample.world import rectangle

SIZE = (640, 360)


@pytest.mark.parametrize("kind", ["still", "hand-held", "pan", "walking"])
def test_what_is_placed_is_in_view_once_and_hides_nothing(kind: CameraKind) -> None:
    rng = np.random.default_rng(3)
    camera = draw_camera(kind, SIZE, 2.0, rng)
    layout = Layout(camera)
    size = np.array([90.0, 30.0])
    centres = [layout.place(size, rng) for _ in range(6)]
    quads = [rectangle(*(c - size / 2), *(c + size / 2)) for c in centres if c is not None]
    assert len(quads) == 6
    views = np.array([camera.at(part * 2.0) for part in (0.08, 0.5, 0.92)])
    for quad in quads:
        sight = see(quad, views, SIZE)
        seen = sight.visible >= 1
        assert seen.any() and (sight.boxes[seen, 1] >= TOP_BAND_PX - 4).any()
    for i, one in enumerate(quads):
        for other in quads[:i]:
            assert (one.max(0) < other.min(0)).any() or (other.max(0) < one.min(0)).any()


def test_a_neighbour_is_close_and_apart() -> None:
    rng = np.random.default_rng(3)
    layout = Layout(draw_camera("still", SIZE, 2.0, rng))
    size = np.array([90.0, 30.0])
    sign = layout.place(size, rng)
    assert sign is not None
    beside = layout.place_beside(sign, size, np.array([40.0, 40.0]), rng)
    assert beside is not None
    gap = np.abs(beside - sign) - (size + 40) / 2
    assert 0 < gap.max() < 20


def test_no_room_is_said() -> None:
    rng = np.random.default_rng(3)
    layout = Layout(draw_camera("still", SIZE, 2.0, rng))
    assert layout.place(np.array([900.0, 30.0]), rng) is None
    assert layout.place(np.array([560.0, 280.0]), rng) is not None
    assert layout.place(np.array([90.0, 30.0]), rng) is None
