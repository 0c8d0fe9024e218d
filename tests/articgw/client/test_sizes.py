"""Sizes that may be sent, as a table."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest

from articgw.client.encoder import SteeredH264Encoder
from articgw.client.sizes import decodable, fitted


@pytest.mark.parametrize(
    ("size_px", "most_px", "expected"),
    [
        ((1280, 720), None, (1280, 720)),
        ((1280, 720), (640, 640), (640, 360)),
        ((640, 360), (1280, 720), (640, 360)),
        ((720, 1280), (640, 640), (360, 640)),
        ((720, 1280), (640, 360), (360, 640)),
        ((1279, 719), None, (1278, 718)),
        ((1920, 1080), (1280, 720), (1280, 720)),
    ],
)
def test_sizes_shrink_in_proportion_and_never_grow(
    size_px: tuple[int, int], most_px: tuple[int, int] | None, expected: tuple[int, int]
) -> None:
    assert fitted(size_px, most_px) == expected


@pytest.mark.parametrize(
    ("size_px", "sent_px"),
    [((3840, 2160), (1920, 1080)), ((3024, 4032), (1080, 1440)), ((2000, 2000), (1080, 1080))],
)
def test_no_picture_is_larger_than_what_gateways_decode(
    size_px: tuple[int, int], sent_px: tuple[int, int]
) -> None:
    assert fitted(size_px, decodable(size_px)) == sent_px
    encoder = SteeredH264Encoder()
    frame = av.VideoFrame(*size_px, "yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    encoder.encode(frame)
    assert encoder.sent.size_px == sent_px
