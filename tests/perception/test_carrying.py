"""Twin of `artic_perception.carrying`: boxes go where things go, and none takes others with it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from artic_perception import Detections
from artic_perception.branch import HOLD
from artic_perception.carrying import LEAST_SCORE, NAMES, Carried

NOISE = np.random.default_rng(4).integers(0, 255, (70, 110), np.uint8)
WALL = np.asarray(cv2.resize(NOISE, (880, 560), interpolation=cv2.INTER_CUBIC), np.uint8)
SIZE = np.array([640, 360, 640, 360], np.float32)


def frame(k: int) -> NDArray[np.uint8]:
    """The camera goes right by 4 px and down by 2 px a frame."""
    return np.ascontiguousarray(WALL[40 + 2 * k : 400 + 2 * k, 40 + 4 * k : 680 + 4 * k])


def boxes(*places: list[float]) -> Detections:
    """Of one kind."""
    scores = np.full(len(places), 0.9, np.float32)
    return Detections(np.array(places, np.float32).reshape(-1, 4), ("cat",) * len(places), scores)


@pytest.mark.parametrize("name", [name for name in NAMES if name != HOLD])
def test_boxes_follow_what_is_in_them(name: str) -> None:
    carried = Carried(name)
    carried.on_detection(frame(0), boxes([0.4, 0.4, 0.6, 0.7]))
    for k in range(1, 9):
        seen = carried.on_frame(frame(k))
    wanted = np.array([0.4, 0.4, 0.6, 0.7]) * SIZE - [32, 16, 32, 16]
    assert np.abs(seen.boxes[0] * SIZE - wanted).max() < 8


def test_held_boxes_stay() -> None:
    carried = Carried(HOLD)
    first = carried.on_detection(frame(0), boxes([0.4, 0.4, 0.6, 0.7]))
    assert (carried.on_frame(frame(5)).boxes == first.boxes).all()


@pytest.mark.parametrize("name", [name for name in NAMES if name != HOLD])
def test_what_cannot_be_followed_fades_and_the_others_stay(name: str) -> None:
    carried = Carried(name)
    carried.on_detection(frame(0), boxes([0.2, 0.2, 0.4, 0.5], [0.6, 0.4, 0.9, 0.9]))
    for k in range(1, 9):
        shown = frame(k)
        chance = np.random.default_rng(k)
        shown[144:324, 352:576] = chance.integers(0, 255, (180, 224), np.uint8)
        seen = carried.on_frame(shown)
    left = seen.boxes[:, 0] < 0.3
    assert left.any() and seen.scores[left][0] > 0.8
    assert (seen.scores >= LEAST_SCORE).all() and len(seen) <= 2


def test_boxes_that_are_no_boxes_are_let_go_of_alone() -> None:
    nan = float("nan")
    bad = boxes([nan, 0.1, 0.2, 0.2], [0.5, 0.5, 0.5, 0.6], [0.4, 0.4, 0.6, 0.7])
    assert len(Carried("flow 4").on_detection(frame(0), bad)) == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (90, 160)])
def test_any_size_of_frame_will_do_and_a_change_of_it_holds(
    name: str, shape: tuple[int, int]
) -> None:
    carried = Carried(name)
    carried.on_detection(np.zeros(shape, np.uint8), boxes([0.4, 0.4, 0.6, 0.7]))
    carried.on_frame(np.zeros(shape, np.uint8))
    carried.on_frame(frame(0))


def test_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no way to carry"):
        Carried("magic")
