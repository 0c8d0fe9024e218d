from __future__ import annotations

from pathlib import Path

import numpy as np

from devibench.datasets.clips import ClipDataset
from devibench.datasets.held import HeldFilm


def test_a_held_film_is_the_film(made_set: Path) -> None:
    dataset = ClipDataset.open(made_set)
    film = dataset.film(dataset.samples()[0])
    held = HeldFilm.of(film)
    assert (held.size_px, held.fps, held.seconds) == (film.size_px, film.fps, film.seconds)
    assert held.boxes(0.2) == film.boxes(0.2)
    for from_s, to_s in ((0.0, 9.0), (0.15, 0.4), (0.2, 0.3), (7.0, 8.0)):
        mine, theirs = (list(one.frames(from_s, to_s)) for one in (held, film))
        assert [t for t, _ in mine] == [t for t, _ in theirs]
        assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=True))
