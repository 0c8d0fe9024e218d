"""The picture that is sent is a JPEG, scaled once and never up."""

from __future__ import annotations

from base64 import b64decode

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.pictures.picture import fitted, picture_of
from articgw.frame import Frame
from articgw.testing import picture

SIZES = [
    ((1280, 720), 1280, (1280, 720)),
    ((1280, 720), 640, (640, 360)),
    ((1920, 1080), 1280, (1280, 720)),
    ((720, 1280), 640, (360, 640)),
    ((84, 84), 1280, (84, 84)),
    ((640, 360), 84, (84, 48)),
    ((1280, 2), 64, (64, 2)),
]


@pytest.mark.parametrize(("size_px", "longest_px", "sent_px"), SIZES)
def test_sizes(size_px: tuple[int, int], longest_px: int, sent_px: tuple[int, int]) -> None:
    sent = picture_of(Frame(picture(*size_px), 0.0), longest_px)
    pixels = cv2.imdecode(np.frombuffer(b64decode(sent.base64), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert sent.size_px == sent_px == (pixels.shape[1], pixels.shape[0])


def test_colours_survive() -> None:
    rgb = np.zeros((360, 640, 3), np.uint8)
    rgb[:, :320], rgb[:, 320:] = (200, 40, 30), (30, 60, 200)
    sent = picture_of(Frame(picture(640, 360, rgb=rgb), 0.0), 320)
    bgr = cv2.imdecode(np.frombuffer(b64decode(sent.base64), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    for x, colour in ((80, (200, 40, 30)), (240, (30, 60, 200))):
        assert np.abs(bgr[90, x, ::-1].astype(int) - colour).max() < 12


@given(st.integers(2, 4000), st.integers(2, 4000), st.integers(2, 4000))
def test_no_side_is_longer_than_asked_for(width: int, height: int, longest_px: int) -> None:
    fit = fitted((width, height), longest_px)
    assert fit == (width, height) if max(width, height) <= longest_px else True
    assert max(fit) <= max(2, longest_px) + 1 and min(fit) >= 2
