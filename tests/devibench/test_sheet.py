"""Several moments on one sheet."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from devibench.samples import Pixels
from devibench.sheet import sheet

COLOURS = ((200, 30, 30), (30, 180, 40), (40, 60, 210), (220, 210, 60))


def picture(colour: tuple[int, int, int], size_px: tuple[int, int] = (32, 16)) -> Pixels:
    rgb = np.full((size_px[1], size_px[0], 3), colour, np.uint8)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)


def middle(made: Pixels, row: int, column: int) -> list[int]:
    rgb = cv2.cvtColor(made, cv2.COLOR_YUV2RGB_I420)
    return [int(part) for part in rgb[16 * row + 8, 32 * column + 16]]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_moments_stand_row_by_row_in_their_own_size(count: int) -> None:
    made = sheet([picture(colour) for colour in COLOURS[:count]])
    rows = 1 if count == 2 else 2
    assert made.shape == (rows * 24, 64)
    for place in range(count):
        assert middle(made, *divmod(place, 2)) == pytest.approx(COLOURS[place], abs=4)
    if count == 3:
        assert middle(made, 1, 1) == pytest.approx((130, 130, 130), abs=4)


def test_one_picture_is_left_alone() -> None:
    one = picture(COLOURS[0])
    assert sheet([one]) is one


@pytest.mark.parametrize("pictures", [[], [picture(COLOURS[0]), picture(COLOURS[0], (16, 16))]])
def test_what_is_no_sheet_is_refused(pictures: list[Pixels]) -> None:
    with pytest.raises(ValueError, match="one size"):
        sheet(pictures)
