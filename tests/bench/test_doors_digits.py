"""Pictures of digits: drawn, read from any folder, filmed; and what counts as an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench._doors_digits import CAMERA_PX, drawn, filmed, read_folder, said
from tests.helpers.reader import SIDE_PX


def test_drawn_pictures_are_read_back_with_their_digits(tmp_path: Path) -> None:
    drawn(12, 7, tmp_path)
    digits = read_folder(tmp_path)
    assert [one.digit for one in digits] == [one.name[-5] for one in digits]
    assert len(digits) == 12
    assert {one.rgb.shape for one in digits} == {(SIDE_PX, SIDE_PX, 3)}


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        drawn(3, 5, tmp_path / name)
    for one, other in zip(read_folder(tmp_path / "a"), read_folder(tmp_path / "b"), strict=True):
        assert np.array_equal(one.rgb, other.rgb)


def test_pictures_of_ones_own_may_have_any_shape(tmp_path: Path) -> None:
    Image.new("L", (400, 300), 90).save(tmp_path / "mine_7.png")
    Image.new("RGB", (20, 30)).save(tmp_path / "unnamed.png")
    (one,) = read_folder(tmp_path)
    assert (one.name, one.digit, one.rgb.shape) == ("mine_7.png", "7", (300, 300, 3))
    assert filmed(one.rgb).shape == (CAMERA_PX * 3 // 2, CAMERA_PX)


def test_a_folder_without_digits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="_D.png"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("answer", "digit"), [("7", "7"), (" 7.\n", "7"), ("It is 7", ""), ("77", ""), ("", "")]
)
def test_only_a_bare_digit_is_an_answer(answer: str, digit: str) -> None:
    assert said(answer) == digit
