from __future__ import annotations

import cv2
import numpy as np

from articgw.frame import Frame
from articgw.perception.sharp import blur_of, sharpest_of
from articgw.testing import picture

_NOISE = np.random.default_rng(1).integers(0, 256, (90, 160, 3), np.uint8)


def _frame(t: float, blur_px: int = 1) -> Frame:
    rgb = np.asarray(cv2.blur(_NOISE, (blur_px, 1)), np.uint8)
    return Frame(picture(rgb=rgb), t)


SHARP, BLURRED = _frame(1.0), _frame(1.1, 15)


def test_blur_is_seen_in_a_frame() -> None:
    assert blur_of(SHARP) + 0.1 < blur_of(BLURRED)


def test_a_sharp_one_of_a_moment_ago_is_taken() -> None:
    assert sharpest_of([SHARP, BLURRED], BLURRED) is SHARP


def test_but_not_an_old_one_nor_one_from_before_the_question() -> None:
    later = _frame(1.3, 15)
    assert sharpest_of([SHARP], later) is later
    assert sharpest_of([SHARP], BLURRED, since_t=1.05) is BLURRED


def test_of_equals_the_newest() -> None:
    again = _frame(1.1)
    assert sharpest_of([SHARP], again) is again


def test_another_size_does_not_compare() -> None:
    grey = Frame(picture(64, 48), 1.1)
    assert sharpest_of([SHARP], grey) is grey
