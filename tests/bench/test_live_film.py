"""The film's numbers come back from pictures of every size that a browser sends."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from devibench.framenumber import stamp
from tests.bench._live_film import Film, number_of
from tests.helpers.browser import write_y4m

WIDTH, HEIGHT = 1280, 720


def stamped(number: int) -> np.ndarray:
    yuv = np.random.default_rng(number).integers(0, 255, (HEIGHT * 3 // 2, WIDTH), np.uint8)
    stamp(yuv, number)
    return yuv


@pytest.mark.parametrize("lines", [720, 540, 480, 360, 270, 180])
@pytest.mark.parametrize("number", [0, 1, 119, 239, 40_000])
def test_a_number_is_read_at_every_size(number: int, lines: int) -> None:
    size = (round(WIDTH * lines / HEIGHT / 2) * 2, lines)
    luma = cv2.resize(stamped(number)[:HEIGHT], size, interpolation=cv2.INTER_AREA)
    assert number_of(np.asarray(luma, np.uint8)) == number


def test_a_picture_without_a_number_has_none() -> None:
    assert number_of(np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH), np.uint8)) is None


def test_a_film_is_read_as_it_was_written(tmp_path: Path) -> None:
    frames = [stamped(number) for number in range(3)]
    file = tmp_path / "film.y4m"
    write_y4m(file, (WIDTH, HEIGHT), 30, frames)
    film = Film.open(file)
    assert (film.size_px, film.fps, film.frames) == ((WIDTH, HEIGHT), 30.0, 3)
    assert all((film.yuv[number] == frames[number]).all() for number in range(3))
    assert [film.clip_frame(number) for number in range(3)] == [0, 1, 0]
