"""A look lands where the sign is, in whole pictures and in windows, and characters are counted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.regions import Box
from articgw.backends.embedded import boxes
from tests.bench._codecs_look import WHOLE, View, readings_on, share_read
from tests.bench._codecs_rest import is_among, likeness, outside

WINDOW: Box = (0.2, 0.3, 0.575, 0.678)


@pytest.mark.parametrize(
    ("truth", "read", "share"),
    [
        ("EXIT 36", ["exit36"], 1.0),
        ("EXIT 36", ["EXIT 35"], 5 / 6),
        ("EXIT 36", [], 0.0),
        ("EXIT 36", ["something else entirely"], 0.0),
        ("EXIT 36", ["EXIT", "EXIT 36", "36"], 1.0),
        ("TEA", ["TE"], 2 / 3),
    ],
)
def test_the_share_is_of_the_characters_of_the_sign(
    truth: str, read: list[str], share: float
) -> None:
    assert share_read(truth, read) == pytest.approx(share)


def test_lines_on_a_sign_are_read_in_order_and_others_are_not() -> None:
    sign = (0.4, 0.4, 0.6, 0.6)
    lines = [
        ((0.5, 0.52, 0.58, 0.58), "NIGHT"),
        ((0.1, 0.1, 0.2, 0.2), "EXIT"),
        ((0.42, 0.41, 0.5, 0.47), "JAZZ"),
    ]
    assert readings_on(sign, lines) == ["JAZZ NIGHT", "JAZZ", "NIGHT"]
    assert readings_on((0.8, 0.8, 0.9, 0.9), lines) == []


def view(width: int, height: int, part: Box = WHOLE) -> View:
    rows, columns = np.mgrid[:height, :width]
    return View(np.dstack([columns % 256, rows % 256, rows * 0]).astype(np.uint8), part)


@given(
    st.tuples(*[st.floats(0, 0.99)] * 2, *[st.floats(0.01, 1)] * 2),
    st.sampled_from([(1280, 720, WHOLE), (480, 272, WINDOW), (64, 36, WHOLE)]),
    st.sampled_from([(480, 288), (240, 96)]),
)
def test_a_close_look_is_a_part_of_the_view_and_holds_the_middle_of_the_box(
    place: tuple[float, float, float, float],
    of: tuple[int, int, Box],
    least_px: tuple[int, int],
) -> None:
    x0, y0, wide, tall = place
    box = (x0, y0, min(1.0, x0 + wide), min(1.0, y0 + tall))
    whole = view(*of)
    close = whole.around(box, least_px)
    height, width = close.rgb.shape[:2]
    assert min(least_px[0], of[0]) <= width <= of[0]
    assert min(least_px[1], of[1]) <= height <= of[1]
    assert boxes.inside(close.part, whole.part) == pytest.approx(1.0)
    for at, axis, side_px in zip(boxes.centre(box), (0, 1), of[:2], strict=True):
        low, high = whole.part[axis], whole.part[axis + 2]
        if low <= at <= high:
            pixel = (high - low) / side_px
            assert close.part[axis] - pixel <= at <= close.part[axis + 2] + pixel


def test_places_in_a_close_look_are_places_in_the_frame() -> None:
    close = view(1280, 720).around((0.5, 0.5, 0.6, 0.6))
    x, y = (round(at * side) for at, side in zip(close.part[:2], (1280, 720), strict=True))
    assert close.rgb[0, 0, :2].tolist() == [x % 256, y % 256]
    assert close.to_frame(WHOLE) == pytest.approx(close.part)
    assert close.enlarged().part == close.part


def test_an_object_is_found_again_by_its_name_and_place() -> None:
    seen = [("cat", (0.1, 0.1, 0.5, 0.5)), ("cup", (0.6, 0.6, 0.9, 0.9))]
    assert is_among("cat", (0.1, 0.1, 0.5, 0.45), seen)
    assert not is_among("cup", (0.1, 0.1, 0.5, 0.5), seen)
    assert not is_among("cat", (0.6, 0.6, 0.9, 0.9), seen)


def test_the_asked_box_does_not_count_as_the_rest() -> None:
    rng = np.random.default_rng(3)
    yuv = rng.integers(16, 235, (1080, 1280), np.uint8)
    yuv[720:] = 128
    spoiled = yuv.copy()
    spoiled[:360, :640] = 60
    scene = View(np.asarray(cv2.cvtColor(spoiled, cv2.COLOR_YUV2RGB_I420), np.uint8), WHOLE)
    local = likeness(scene, yuv)
    assert outside(local, None) < 0.9
    assert outside(local, (0.0, 0.0, 0.52, 0.53)) == pytest.approx(1.0, abs=0.01)
