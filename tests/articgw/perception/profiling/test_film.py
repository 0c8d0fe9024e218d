from __future__ import annotations

from pathlib import Path

import numpy as np

from articgw.perception.profiling.film import panned, sample, write
from articgw.perception.profiling.run import read_film


def test_a_window_pans_over_what_stands() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (1, 360, 640, 3), np.uint8)
    film = panned(list(np.repeat(frames, 60, axis=0)))
    assert {frame.shape for frame in film} == {(270, 480, 3)}
    assert not np.array_equal(film[0], film[1])


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    film = panned(read_film(sample()))[:4]
    write(film, tmp_path / "film.mp4")
    again = read_film(tmp_path / "film.mp4")
    assert [frame.shape for frame in again] == [frame.shape for frame in film]
    assert float(np.abs(again[0].astype(int) - film[0]).mean()) < 6
