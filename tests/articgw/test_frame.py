"""Pictures keep their planes; conversions keep their colours."""

from __future__ import annotations

import cv2
import numpy as np

from articgw.frame import Frame, yuv_to_rgb
from articgw.testing import picture


def _two_colours() -> np.ndarray:
    rgb = np.zeros((98, 130, 3), np.uint8)
    rgb[:, :65] = (200, 30, 40)
    rgb[:, 65:] = (20, 60, 210)
    return rgb


def test_the_planes_become_the_colours_that_were_drawn() -> None:
    frame = Frame(picture(rgb=_two_colours()), 0.0)
    rgb = yuv_to_rgb(frame.yuv())
    assert frame.size_px == (130, 98) and rgb.shape == (98, 130, 3)
    assert np.abs(rgb[50, 20].astype(int) - (200, 30, 40)).max() < 6
    assert np.abs(rgb[50, 110].astype(int) - (20, 60, 210)).max() < 6


def test_a_jpeg_has_full_range_colours() -> None:
    jpeg = Frame(picture(rgb=_two_colours()), 0.0).jpeg()
    bgr = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    assert np.abs(bgr[50, 20, ::-1].astype(int) - (200, 30, 40)).max() < 10


def test_the_thumbnail_is_the_luma_of_every_16th_sample() -> None:
    frame = Frame(picture(rgb=_two_colours()), 0.0)
    thumbnail = frame.thumbnail()
    assert thumbnail.shape == (7, 9)
    assert thumbnail[0, 0] == frame.yuv()[0, 0] and thumbnail[0, -1] == frame.yuv()[0, 128]
