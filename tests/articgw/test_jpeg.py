"""One file from two halves: every reader must see what one piece would have shown."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
import simplejpeg
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articgw.jpeg import Pixels, encode

Planes = tuple[Pixels, Pixels, Pixels]


def planes(width_px: int, height_px: int, seed: int = 1) -> Planes:
    draws = np.random.default_rng(seed)
    rough = draws.integers(0, 255, (height_px // 8 + 2, width_px // 8 + 2, 3), np.uint8)
    small = ((width_px + 1) // 2, (height_px + 1) // 2)
    luma = np.asarray(cv2.resize(rough[..., 0], (width_px, height_px)), np.uint8)
    blue, red = (np.asarray(cv2.resize(rough[..., at], small), np.uint8) for at in (1, 2))
    return luma, blue, red


def in_one_piece(of: Planes, quality: int) -> Pixels:
    file = simplejpeg.encode_jpeg_yuv_planes(*of, quality, True)
    return np.asarray(simplejpeg.decode_jpeg(file), np.uint8)


@given(
    st.integers(1, 90).map(lambda half: 2 * half),
    st.integers(1, 120).map(lambda half: 2 * half),
    st.sampled_from((10, 75, 85, 100)),
)
@settings(max_examples=60, deadline=None)
def test_the_halves_show_what_one_piece_shows(width_px: int, height_px: int, quality: int) -> None:
    of = planes(width_px, height_px)
    joined = np.asarray(simplejpeg.decode_jpeg(encode(*of, quality)), np.uint8)
    assert joined.shape == (height_px, width_px, 3)
    # An interpolation of colour may see over the edge of a file, so only there may it differ.
    assert np.array_equal(joined, in_one_piece(of, quality))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size_px", [(1280, 720), (640, 360), (854, 480), (66, 34), (2, 2)])
def test_other_readers_take_the_file_too(size_px: tuple[int, int]) -> None:
    of = planes(*size_px)
    file = encode(*of, 85)
    image = Image.open(io.BytesIO(file))
    image.load()
    assert image.size == size_px
    decoded = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None and decoded.shape[1::-1] == size_px
    expected = in_one_piece(of, 85).astype(int)
    assert np.abs(np.asarray(image.convert("RGB"), int) - expected).max() <= 2


def test_planes_that_do_not_fit_are_refused() -> None:
    luma, blue, red = planes(64, 128)
    with pytest.raises(ValueError):
        encode(luma, blue[:8], red, 85)


def test_it_costs_next_to_no_bytes() -> None:
    of = planes(1280, 720)
    whole = simplejpeg.encode_jpeg_yuv_planes(*of, 85, True)
    assert abs(len(encode(*of, 85)) - len(whole)) < 100
