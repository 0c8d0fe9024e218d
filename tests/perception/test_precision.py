"""Twin of `artic_perception.precision`: what is right, and the area under the curve."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception import Detections
from artic_perception.precision import matched, precision

A, B = (0.1, 0.1, 0.3, 0.3), (0.6, 0.6, 0.9, 0.9)


def boxes(*each: tuple[tuple[float, ...], float], label: str = "cat") -> Detections:
    """Places and scores, of one kind."""
    return Detections(
        np.array([box for box, _ in each], np.float32).reshape(-1, 4),
        (label,) * len(each),
        np.array([score for _, score in each], np.float32),
    )


def test_a_true_thing_is_found_once_by_the_surest_box_of_its_kind() -> None:
    match = matched(boxes((A, 0.5), (A, 0.9), (B, 0.7)), boxes((A, 1.0)))
    assert list(match.scores) == pytest.approx([0.9, 0.7, 0.5])
    assert list(match.right) == [True, False, False]
    assert matched(boxes((A, 0.9)), boxes((A, 1.0), label="dog")).right.sum() == 0
    assert matched(boxes((A, 0.9)), Detections.none()).f1 == 0
    assert matched(Detections.none(), Detections.none()).f1 == 1


def test_precision_is_one_where_all_is_right_and_falls_with_what_is_false_and_surer() -> None:
    truth = boxes((A, 1.0), (B, 1.0))
    good = matched(boxes((A, 0.9), (B, 0.8)), truth)
    assert precision([good, good]) == pytest.approx(1.0)
    assert precision([matched(boxes((A, 0.9)), truth)]) == pytest.approx(0.5)
    wrong = (0.4, 0.1, 0.5, 0.2)
    late = precision([matched(boxes((A, 0.9), (B, 0.8), (wrong, 0.3)), truth)])
    early = precision([matched(boxes((A, 0.9), (B, 0.8), (wrong, 0.95)), truth)])
    assert late == pytest.approx(1.0) and early == pytest.approx(2 / 3)
    assert precision([matched(Detections.none(), Detections.none())]) == 0.0


def test_the_mean_over_kinds_counts_each_kind_alike() -> None:
    cats = matched(boxes((A, 0.9)), boxes((A, 1.0)))
    dogs = matched(Detections.none(), boxes((B, 1.0), label="dog"))
    assert precision([cats, cats, cats, dogs]) == pytest.approx(0.5)
