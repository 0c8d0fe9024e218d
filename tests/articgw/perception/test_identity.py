from __future__ import annotations

import numpy as np

from artic_perception import Detections
from articgw.perception.identity import Identity

LEFT, RIGHT = (0.1, 0.1, 0.3, 0.3), (0.6, 0.1, 0.8, 0.3)
LEFT_LATER = (0.12, 0.1, 0.32, 0.3)
Box = tuple[float, float, float, float]


def _seen(*boxes: Box, label: str = "cup") -> Detections:
    count = len(boxes)
    array = np.array(boxes, np.float32).reshape(count, 4)
    return Detections(array, (label,) * count, np.full(count, 0.9, np.float32))


PLAN = [
    ("two things get two numbers", _seen(LEFT, RIGHT), (1, 2)),
    ("in another order they keep them", _seen(RIGHT, LEFT_LATER), (2, 1)),
    ("what goes takes its number along", _seen(LEFT_LATER), (1,)),
    ("what comes back is new", _seen(LEFT_LATER, RIGHT), (1, 3)),
    ("two boxes of one thing are two", _seen(LEFT, LEFT_LATER, RIGHT), (4, 1, 3)),
    ("nothing is nothing", _seen(), ()),
]


def test_the_plan() -> None:
    identity = Identity()
    for sentence, seen, numbers in PLAN:
        assert identity.on_detection(seen) == numbers, sentence


def test_another_kind_at_the_same_place_is_another_thing() -> None:
    identity = Identity()
    identity.on_detection(_seen(LEFT))
    assert identity.on_detection(_seen(LEFT, label="dog")) == (2,)


def test_carried_boxes_keep_their_numbers_also_where_one_is_gone() -> None:
    identity = Identity()
    identity.on_detection(_seen(LEFT, RIGHT))
    assert identity.follow(_seen(LEFT_LATER, RIGHT)) == (1, 2)
    assert identity.follow(_seen(RIGHT)) == (2,)
