"""A curve of reading is a logistic whose octaves count from one known frame."""

from __future__ import annotations

import math

import pytest

from artic_codecs.curve import BITS, HEIGHT_PX, Curve


@pytest.mark.parametrize(
    ("bits", "height_px", "logit"),
    [
        (BITS, HEIGHT_PX, 0.5),
        (2 * BITS, HEIGHT_PX, 2.5),
        (BITS, HEIGHT_PX / 2, -0.5),
        (4 * BITS, 2 * HEIGHT_PX, 5.5),
    ],
)
def test_octaves_add_up(bits: float, height_px: float, logit: float) -> None:
    share = Curve(0.5, 2.0, 1.0).share(bits=bits, height_px=height_px)
    assert share == pytest.approx(1 / (1 + math.exp(-logit)))


@pytest.mark.parametrize(("bits", "share"), [(1e-300, 0.0), (1e300, 1.0)])
def test_no_bits_and_endless_bits_are_defined(bits: float, share: float) -> None:
    assert Curve(0.0, 3.0, 1.0).share(bits=bits, height_px=HEIGHT_PX) == pytest.approx(share)
