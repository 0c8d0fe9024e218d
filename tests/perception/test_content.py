"""Twin of `artic_perception.content`: sizes and speeds are told from boxes alone."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception import Detections
from artic_perception.accuracy import UNKNOWN
from artic_perception.content import ContentSense


def box(x: float, side: float = 0.2, label: str = "cat") -> Detections:
    """One, a square of a square frame."""
    boxes = np.array([[x, 0.3, x + side, 0.3 + side]], np.float32)
    return Detections(boxes, (label,), np.ones(1, np.float32))


def test_a_box_that_moves_a_tenth_of_itself_a_frame_is_so_fast() -> None:
    sense = ContentSense(1.0)
    content = [sense.on_boxes(box(0.1 + 0.02 * k)) for k in range(25)][-1]
    assert content.speed == pytest.approx(0.1, rel=0.05)
    assert content.sizes == pytest.approx((0.2,))


def test_frames_between_are_counted() -> None:
    sense = ContentSense(1.0)
    content = [sense.on_boxes(box(0.1 + 0.04 * k), frames=2) for k in range(15)][-1]
    assert content.speed == pytest.approx(0.1, rel=0.1)


def test_another_kind_is_another_thing() -> None:
    sense = ContentSense(1.0)
    before = sense.on_boxes(box(0.1)).speed
    assert sense.on_boxes(box(0.15, label="dog")).speed == before


def test_nothing_in_view_is_no_size() -> None:
    assert ContentSense(1.0).on_boxes(Detections.none()).sizes == ()


def test_of_another_scene_nothing_is_known_and_the_old_one_gives_no_speed() -> None:
    sense = ContentSense(1.0)
    for k in range(25):
        sense.on_boxes(box(0.1 + 0.02 * k))
    assert sense.on_cut() == sense.content == UNKNOWN
    assert sense.on_boxes(box(0.64)).speed == UNKNOWN.speed
