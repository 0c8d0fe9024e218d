from __future__ import annotations

import numpy as np
import pytest

from devibench.sample.camera import CameraKind, draw_camera
from devibench.sample.scene import Scene, draw_scene

SIZE = (1280, 720)


def scene(kind: CameraKind, seed: int) -> Scene:
    """The first scene of that seed that finds room."""
    rng = np.random.default_rng(seed)
    while True:
        found = draw_scene(draw_camera(kind, SIZE, 4.0, rng), rng)
        if found is not None:
            return found


@pytest.mark.parametrize("kind", ["still", "walking"])
def test_signs_are_several_distinct_and_spread_in_size(kind: CameraKind) -> None:
    boards = scene(kind, 8).boards
    assert 3 <= len(boards) <= 5
    texts = [board.sign.wording.text for board in boards]
    assert len(set(texts)) == len(texts)
    heights = [board.sign.height_px for board in boards]
    assert min(heights) >= 10 and max(heights) <= 40 and max(heights) > 1.4 * min(heights)


def test_ids_are_unique_and_groups_differ() -> None:
    found = scene("still", 8)
    ids = [item.object.id for item in found.items]
    assert len(set(ids)) == len(ids)
    looks = [(group.label, group.colour) for group in found.groups]
    assert len(looks) >= 1 and len({label for label, _ in looks}) == len(looks)
    assert all(1 <= len(group.items) <= 6 for group in found.groups)


def test_things_stand_apart() -> None:
    found = scene("still", 8)
    boxes = [np.r_[item.quad.min(0), item.quad.max(0)] for item in found.items]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            assert (one[2:] <= other[:2]).any() or (other[2:] <= one[:2]).any()


def test_the_canvas_covers_all_that_the_camera_sees() -> None:
    rng = np.random.default_rng(1)
    camera = draw_camera("pan", SIZE, 4.0, rng)
    found = draw_scene(camera, rng)
    assert found is not None
    width = found.world.canvas.shape[1] / 1.5
    assert width > SIZE[0] + abs(camera.travel_px[0])
