"""Twin of `artic_perception.fitting`: what made the counts is found again."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception.accuracy import Recall, Survival
from artic_perception.fitting import DEFAULT_RECALL, fit_recall, fit_survival


def test_a_detector_is_found_again_from_what_it_found() -> None:
    chance, made = np.random.default_rng(1), Recall(0.9, 5.0, 0.5)
    sizes = 2 ** chance.uniform(2, 9, 4000)
    found = [chance.random() < made.at(px) for px in sizes]
    fitted = fit_recall(list(sizes), found)
    for px in (8, 16, 32, 64, 256):
        assert fitted.at(px) == pytest.approx(made.at(px), abs=0.05)


def test_carrying_is_found_again_from_what_it_kept() -> None:
    chance, made = np.random.default_rng(2), Survival(0.02, 1.5)
    frames = chance.integers(1, 17, 6000)
    speeds = chance.uniform(0, 0.1, 6000)
    held = [chance.random() < made.at(int(k), v) for k, v in zip(frames, speeds, strict=True)]
    fitted = fit_survival([int(k) for k in frames], list(speeds), held)
    for k, v in ((1, 0.0), (8, 0.02), (8, 0.05), (16, 0.1)):
        assert fitted.at(k, v) == pytest.approx(made.at(k, v), abs=0.05)


def test_nothing_counted_gives_what_is_assumed_of_anything() -> None:
    assert fit_recall([], []) == DEFAULT_RECALL
    assert fit_survival([], [], []).at(100, 0.0) == 1.0


@pytest.mark.parametrize("found", [True, False])
def test_three_boxes_that_agree_make_no_certainty_out_of_reach(found: bool) -> None:
    fitted = fit_recall([30.0, 40.0, 50.0], [found] * 3)
    assert 0.0 <= fitted.at(40.0) <= 1.0
    assert (fitted.at(40.0) > 0.5) is found
