from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from articgw.errors import DatasetError
from devibench.degrade.original import Original, TextOnly
from devibench.samples import Box, Film, Sample


def test_the_original_is_the_films_own_picture(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    seen = Original().apply(film, sample, 0)
    (picture,) = seen.pictures
    assert np.array_equal(picture.yuv, dict(film.frames(0.0, 9.0))[picture.captured_s])
    assert (seen.bits, seen.latency_p95_ms) == (0, 0.0)


def test_several_where_several_are_needed(asked: tuple[Film, Sample]) -> None:
    film, sample = asked
    seen = Original().apply(film, replace(sample, frames_needed="multi"), 0)
    times = [one.captured_s for one in seen.pictures]
    assert times == [0.0, 0.2, 0.4, 0.5]


def test_text_alone_is_no_picture(asked: tuple[Film, Sample]) -> None:
    seen = TextOnly().apply(*asked, 0)
    assert seen.pictures == () and seen.frame_age_ms == math.inf


def test_a_film_without_frames_is_told(asked: tuple[Film, Sample]) -> None:
    class Empty:
        size_px, fps, seconds = (640, 360), 10.0, 0.6
        frames = staticmethod(lambda from_s, to_s: iter(()))

        def boxes(self, t_s: float) -> dict[str, Box]:
            return {}

    with pytest.raises(DatasetError, match="no frame"):
        Original().apply(Empty(), asked[1], 0)
