"""A photograph, and what shaking makes of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage import data

from artic_perception.blur import blur

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "page")


def _luma(name: str) -> NDArray[np.uint8]:
    photograph = np.asarray(getattr(data, name)())
    grey = photograph if photograph.ndim == 2 else cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, np.uint8)


def _shaken(luma: NDArray[np.uint8], px: int, axis: int) -> NDArray[np.uint8]:
    kernel = (px, 1) if axis else (1, px)
    return np.asarray(cv2.blur(luma, kernel), np.uint8)


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize("axis", [0, 1])
def test_the_more_a_picture_is_shaken_the_more_it_is_blurred(name: str, axis: int) -> None:
    luma = _luma(name)
    told = [blur(luma)] + [blur(_shaken(luma, px, axis)) for px in (5, 11, 25)]
    assert told == sorted(told)
    assert told[2] - told[0] > 0.1


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2), (9, 3)])
def test_a_flat_or_tiny_picture_has_nothing_to_blur(shape: tuple[int, int]) -> None:
    assert blur(np.full(shape, 7, np.uint8)) == 0.0


@given(st.integers(2, 40), st.integers(2, 40), st.integers(0, 2**32 - 1))
def test_it_is_a_share(height: int, width: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    assert 0.0 <= blur(noise) <= 1.0
