"""The sharp one of the last frames."""

from __future__ import annotations

import cv2
import numpy as np

from articgw.frame import Frame
from articgw.perception.sharp import Sharp
from articgw.testing import picture

_NOISE = np.random.default_rng(1).integers(0, 256, (90, 160, 3), np.uint8)


def frame(t: float, blur_px: int = 1) -> Frame:
    rgb = np.asarray(cv2.blur(_NOISE, (blur_px, 1)), np.uint8)
    return Frame(picture(rgb=rgb), t)


SHARP, BLURRED = frame(1.0), frame(1.1, 15)


def after(*frames: Frame, measured: bool = True) -> Sharp:
    sharp = Sharp()
    for one in frames:
        sharp.add(one)
        if measured:
            sharp.blur(one)
    return sharp


def test_blur_is_seen_in_a_frame() -> None:
    assert Sharp().blur(SHARP) + 0.1 < Sharp().blur(BLURRED)


def test_a_sharp_one_of_a_moment_ago_is_taken() -> None:
    assert after(SHARP, BLURRED).best(BLURRED) is SHARP


def test_nobody_waits_for_what_was_not_measured() -> None:
    assert after(SHARP, BLURRED, measured=False).best(BLURRED) is BLURRED
    sharp = after(BLURRED)
    sharp.add(SHARP)
    assert sharp.best(BLURRED) is BLURRED


def test_but_not_an_old_one_nor_one_from_before_the_question() -> None:
    later = frame(1.3, 15)
    assert after(SHARP, later).best(later) is later
    assert after(SHARP, BLURRED).best(BLURRED, since_t=1.05) is BLURRED


def test_of_equals_the_newest() -> None:
    again = frame(1.1)
    assert after(SHARP, again).best(again) is again


def test_another_size_does_not_compare() -> None:
    grey = Frame(picture(64, 48), 1.1)
    assert after(SHARP, grey).best(grey) is grey
