"""Twin of `articgw.perception.profiling.truth`: what counts as true, found and still right."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception import Detections
from artic_perception.overlap import overlaps
from articgw.perception.profiling.truth import matched, nearest, sides_px, sure

A, B = [0.1, 0.1, 0.3, 0.3], [0.6, 0.6, 0.9, 0.9]


def seen(*boxes: list[float], labels: tuple[str, ...] = (), score: float = 0.9) -> Detections:
    """With one label each, or all of one kind."""
    names = labels or ("cat",) * len(boxes)
    scores = np.full(len(boxes), score, np.float32)
    return Detections(np.array(boxes, np.float32).reshape(-1, 4), names, scores)


def test_only_what_a_detector_is_sure_of_is_true() -> None:
    assert len(sure(seen(A, B, score=0.4))) == 0
    assert len(sure(seen(A, B, score=0.6))) == 2


def test_a_thing_is_found_by_a_box_of_its_kind_that_overlaps_by_half() -> None:
    off = [0.12, 0.12, 0.32, 0.32]
    assert matched(seen(A, B), seen(off)) == [True, False]
    assert matched(seen(A), seen(off, labels=("dog",))) == [False]
    assert matched(seen(A), Detections.none()) == [False]


def test_overlap_is_the_shared_part_of_the_whole() -> None:
    a, half = np.array(A, np.float32), np.array([[0.1, 0.1, 0.2, 0.3]], np.float32)
    assert overlaps(a[None], half)[0] == pytest.approx([0.5])


def test_the_same_thing_later_is_the_nearest_of_its_kind_not_too_far_away() -> None:
    box = np.array(A, np.float32)
    assert nearest(box, "cat", seen(B, [0.15, 0.1, 0.35, 0.3])) == 1
    assert nearest(box, "cat", seen(B)) is None
    assert nearest(box, "dog", seen(A)) is None


def test_a_side_is_the_root_of_the_area() -> None:
    assert sides_px(seen(A), (100, 400)) == pytest.approx([40.0])
