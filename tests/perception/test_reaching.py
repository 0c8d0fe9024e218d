"""Twin of `artic_perception.reaching`: what was reached counts, the model moves it where it may."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception import Detections
from artic_perception.accuracy import Accuracy, Content, Recall, Survival
from artic_perception.branch import HOLD, Branch, Detector
from artic_perception.reaching import Scene, calibrated, matches_of, trust_of

SMALL, LARGE = Detector("m", 160), Detector("m", 640)
QUICK, SLOW = Branch(SMALL, 1, HOLD), Branch(LARGE, 4, HOLD)
MODEL = Accuracy(
    {SMALL.name: Recall(0.9, 3.0, 0.5), LARGE.name: Recall(0.9, 3.0, 0.5)},
    {HOLD: Survival(0.0, 3.0)},
)
FRAMES = 8


def thing(at: float, score: float = 1.0) -> Detections:
    """One, of a fifth of the frame."""
    box = np.array([[at, 0.4, at + 0.2, 0.6]], np.float32)
    return Detections(box, ("cat",), np.array([score], np.float32))


def scene(step: float, *, small_sees: bool = True) -> Scene:
    """It moves by ``step`` a frame; the large detector always finds it."""
    truths = [thing(0.1 + step * k) for k in range(FRAMES)]
    nothing = [Detections.none()] * FRAMES
    seen = {SMALL.name: truths if small_sees else nothing, LARGE.name: truths}
    return Scene([np.zeros((36, 64), np.uint8)] * FRAMES, truths, seen)


def test_a_replay_detects_at_each_interval_and_carries_between() -> None:
    moving = scene(0.05)
    assert [bool(match.right[0]) for match in matches_of(QUICK, moving)] == [True] * FRAMES
    assert [bool(match.right[0]) for match in matches_of(SLOW, moving)] == [
        True, True, False, False, True, True, False, False
    ]  # fmt: skip


def test_what_was_reached_counts_whatever_the_model_says() -> None:
    film = [scene(0.0, small_sees=False), scene(0.05, small_sees=False)]
    known = calibrated(MODEL, (QUICK, SLOW), film, aspect=16 / 9)
    assert known.reached[QUICK.name].mean == 0.0
    assert known.reached[SLOW.name].mean > 0.4
    for content in (Content((0.2,), 0.0), Content((0.2,), 0.25)):
        assert known.of(SLOW, content) > known.of(QUICK, content)
    assert MODEL.of(QUICK, Content((0.2,), 0.25)) > MODEL.of(SLOW, Content((0.2,), 0.25))


def test_where_scenes_bear_the_model_out_it_moves_what_was_reached() -> None:
    film = [scene(0.0), scene(0.05), scene(0.0), scene(0.05)]
    known = calibrated(MODEL, (QUICK, SLOW), film, aspect=16 / 9)
    assert known.trust > 0.5
    still, fast = Content((0.2,), 0.0), Content((0.2,), 0.25)
    assert known.of(SLOW, still) > known.of(SLOW, fast) + 0.2
    assert known.of(QUICK, fast) > known.of(SLOW, fast)


def test_trust_is_the_slope_without_what_rows_and_columns_share() -> None:
    said = np.array([[0.1, 0.5, 0.9], [0.5, 0.5, 0.5], [0.9, 0.5, 0.1]])
    shared = np.array([[0.0], [0.2], [0.4]]) + np.array([0.3, 0.0, 0.1])
    assert trust_of(said + shared, said) == pytest.approx(0.64 / 0.70)
    assert trust_of(0.5 * said + shared, said) == pytest.approx(0.32 / 0.70)
    assert trust_of(shared, said) == 0.0
    assert trust_of(-said, said) == 0.0


def test_a_film_without_scenes_changes_nothing() -> None:
    assert calibrated(MODEL, (QUICK,), (), aspect=1.0) is MODEL


def test_of_many_branches_the_same_as_of_each() -> None:
    content = Content((0.05, 0.3), 0.04)
    rated = MODEL.on(content)
    assert [rated(one) for one in (QUICK, SLOW)] == [
        MODEL.of(one, content) for one in (QUICK, SLOW)
    ]
