"""The picture that is sent is a JPEG, scaled once."""

from __future__ import annotations

from base64 import b64decode

import cv2
import numpy as np
import pytest

from articgw.backends.pictures.picture import picture_of
from articgw.frame import Frame
from articgw.testing import picture


@pytest.mark.parametrize("sent_px", [(1280, 720), (640, 360), (644, 364), (84, 48), (64, 2)])
def test_it_has_the_size_that_was_asked_for(sent_px: tuple[int, int]) -> None:
    sent = picture_of(Frame(picture(1280, 720), 0.0), sent_px, "low")
    pixels = cv2.imdecode(np.frombuffer(b64decode(sent.base64), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    assert sent.size_px == sent_px == (pixels.shape[1], pixels.shape[0])
    assert sent.detail == "low"


def test_colours_survive() -> None:
    rgb = np.zeros((360, 640, 3), np.uint8)
    rgb[:, :320], rgb[:, 320:] = (200, 40, 30), (30, 60, 200)
    sent = picture_of(Frame(picture(640, 360, rgb=rgb), 0.0), (320, 180))
    bgr = cv2.imdecode(np.frombuffer(b64decode(sent.base64), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    for x, colour in ((80, (200, 40, 30)), (240, (30, 60, 200))):
        assert np.abs(bgr[90, x, ::-1].astype(int) - colour).max() < 12
