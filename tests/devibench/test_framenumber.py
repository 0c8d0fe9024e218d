from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from devibench.framenumber import BAND_ROWS, read, stamp

Pixels = NDArray[np.uint8]

numbers = st.integers(0, 65535)
seeds = st.integers(0, 2**32 - 1)
sizes = st.sampled_from([(1280, 720), (640, 360), (854, 480), (320, 180), (330, 202)])


def picture(size_px: tuple[int, int], seed: int) -> Pixels:
    """A noisy I420 picture."""
    width, height = size_px
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height * 3 // 2, width), dtype=np.uint8)


def scaled(yuv: Pixels, size_px: tuple[int, int]) -> Pixels:
    """An I420 picture scaled by way of RGB, as a browser does."""
    rgb = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420)
    small = cv2.resize(rgb, size_px, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2YUV_I420), np.uint8)


@settings(max_examples=40, deadline=None)
@given(number=numbers, size=sizes, seed=seeds)
def test_what_is_stamped_is_read(number: int, size: tuple[int, int], seed: int) -> None:
    yuv = picture(size, seed)
    stamp(yuv, number)
    assert read(yuv) == number


@settings(max_examples=40, deadline=None)
@given(number=numbers, seed=seeds, gain=st.floats(0.45, 1.0), sigma=st.floats(0, 25))
def test_noise_and_dimming_do_not_change_it(
    number: int, seed: int, gain: float, sigma: float
) -> None:
    yuv = picture((640, 360), seed)
    stamp(yuv, number)
    noise = np.random.default_rng(seed).normal(0, sigma, yuv.shape)
    worse = np.clip(yuv * gain + noise, 0, 255).astype(np.uint8)
    assert read(worse) == number


@settings(max_examples=60, deadline=None)
@given(
    number=numbers,
    seed=seeds,
    ground=st.sampled_from([None, 16, 40, 128, 220]),
    to=st.sampled_from([(640, 360), (854, 480), (960, 540), (1920, 1080), (480, 270), (320, 180)]),
)
def test_scaling_does_not_change_it(
    number: int, seed: int, ground: int | None, to: tuple[int, int]
) -> None:
    yuv = picture((1280, 720), seed)
    if ground is not None:
        yuv[:720] = ground
    stamp(yuv, number)
    assert read(scaled(yuv, to)) == number


@settings(max_examples=25, deadline=None)
@given(number=numbers, seed=seeds, quality=st.integers(8, 60))
def test_lossy_coding_of_the_half_size_picture_does_not_change_it(
    number: int, seed: int, quality: int
) -> None:
    yuv = cv2.blur(picture((1280, 720), seed), (31, 31)).astype(np.uint8)
    stamp(yuv, number)
    small = cv2.cvtColor(scaled(yuv, (640, 360)), cv2.COLOR_YUV2BGR_I420)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert bgr is not None
    decoded = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420)
    assert read(np.asarray(decoded, np.uint8)) == number


@settings(max_examples=40, deadline=None)
@given(seed=seeds, size=sizes)
def test_a_picture_without_a_number_reads_as_none(seed: int, size: tuple[int, int]) -> None:
    assert read(picture(size, seed)) is None
    assert read(np.full_like(picture(size, seed), 128)) is None


@pytest.mark.parametrize("ground", [16, 60, 128, 235])
def test_every_small_number_is_read_at_every_scale(ground: int) -> None:
    flat = np.full((1080, 1280), ground, np.uint8)
    for number in (0, 1, 2, 3, 128, 255, 256, 1000, 65535):
        stamp(flat, number)
        for to in ((640, 360), (320, 180), (1920, 1080)):
            assert read(scaled(flat, to)) == number


def test_one_damaged_cell_makes_it_untrusted() -> None:
    yuv = picture((640, 360), 1)
    stamp(yuv, 1234)
    yuv[:BAND_ROWS, 40:80] = 128
    assert read(yuv) is None


def test_only_the_band_changes() -> None:
    before = picture((640, 360), 1)
    after = before.copy()
    stamp(after, 9)
    assert (after[BAND_ROWS:360] == before[BAND_ROWS:360]).all()


def test_a_picture_that_is_a_slice_of_another_is_refused() -> None:
    with pytest.raises(ValueError, match="contiguous"):
        stamp(picture((640, 360), 1)[:, :320], 1)


@pytest.mark.parametrize("shape", [(31, 40), (30, 41), (12, 640), (60, 16)])
def test_what_cannot_carry_a_number_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        stamp(np.zeros(shape, np.uint8), 1)
