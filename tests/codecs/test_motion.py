"""Corners tell how the picture and each place in it moved, and say so when they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from artic_codecs.motion import MOST_PX, By, Flow, Luma, follow, shift_of, small
from tests.codecs.drawn import moved, texture

PLACE = np.array([140, 80, 180, 100], np.float32)


def _flow(before: Luma, after: Luma) -> Flow:
    return follow(before, after, [PLACE])


@pytest.mark.parametrize("shift", [(0.0, 0.0), (3.0, -2.0), (-14.0, 5.0), (0.4, 0.3)])
def test_a_moving_camera_moves_the_place(shift: tuple[float, float]) -> None:
    before = texture(1)
    found = shift_of(_flow(before, moved(before, *shift)), PLACE)
    assert found.by is By.OWN
    assert (found.right, found.down) == pytest.approx(shift, abs=0.3)
    assert found.scale == pytest.approx(1.0, abs=0.02)


def test_a_camera_that_comes_nearer_enlarges_it() -> None:
    before = texture(2)
    found = shift_of(_flow(before, moved(before, 0, 0, scale=1.06)), PLACE)
    assert found.scale == pytest.approx(1.06, abs=0.015)


def test_what_moves_by_itself_is_followed_by_its_own_corners() -> None:
    scene, thing = texture(3), texture(4)[:40, :60]
    before, after = scene.copy(), scene.copy()
    before[70:110, 130:190], after[73:113, 137:197] = thing, thing
    found = shift_of(_flow(before, after), PLACE)
    assert found.by is By.OWN
    assert (found.right, found.down) == pytest.approx((7.0, 3.0), abs=0.4)


def test_a_place_without_texture_moves_with_the_picture() -> None:
    before = texture(5)
    before[50:130, 100:220] = 120
    found = shift_of(_flow(before, moved(before, 6, 2)), PLACE)
    assert found.by is By.PICTURE
    assert (found.right, found.down) == pytest.approx((6.0, 2.0), abs=0.5)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_nothing_is_known_on_a_flat_picture(level: int) -> None:
    flat = np.full((180, 320), level, np.uint8)
    flow = _flow(flat, flat)
    assert shift_of(flow, PLACE).by is By.NOTHING and not flow.cut


def test_another_scene_is_a_cut_and_the_same_one_is_not() -> None:
    before = texture(6)
    assert _flow(before, texture(7)).cut
    assert not _flow(before, before).cut
    assert not _flow(before, moved(before, 20, 8)).cut
    noisy = np.random.default_rng(1).normal(before, 8).clip(0, 255).astype(np.uint8)
    assert not _flow(before, noisy).cut
    assert not _flow(before, (0.7 * before).astype(np.uint8)).cut


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((720, 1280), (180, 320)),
        ((1280, 720), (320, 180)),
        ((180, 320), (180, 320)),
        ((90, 160), (90, 160)),
        ((16, 16), (16, 16)),
    ],
)
def test_pictures_are_made_small(shape: tuple[int, int], size: tuple[int, int]) -> None:
    assert small(np.zeros(shape, np.uint8)).shape == size


def test_long_ones_too() -> None:
    assert small(np.zeros((16, 9000), np.uint8)).size <= MOST_PX


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((180, 320, 3), np.uint8),
        np.zeros((180, 320), np.float32),
        np.full((180, 320), np.nan),
        np.zeros((8, 320), np.uint8),
        np.zeros((0, 0), np.uint8),
    ],
    ids=["colour", "floats", "NaN", "too low", "nothing"],
)
def test_what_is_no_luma_plane(wrong: Luma) -> None:
    with pytest.raises(ValueError, match="no luma plane"):
        small(wrong)
