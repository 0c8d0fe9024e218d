from __future__ import annotations

import numpy as np

from devibench.sample.light import draw_light

SIZE = (64, 48)


def grey() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A light picture with a strong colour."""
    yuv = np.full((72, 64), 180, np.uint8)
    yuv[48:] = 200
    return yuv


def test_low_light_is_darker_noisier_and_paler_than_day() -> None:
    day, low = grey(), grey()
    draw_light("day", SIZE, np.random.default_rng(1)).shine(day)
    draw_light("low-light", SIZE, np.random.default_rng(1)).shine(low)
    assert low[:48].mean() < 0.6 * day[:48].mean()
    assert low[:48].std() > 1.5 * day[:48].std()
    assert low[48:].mean() < day[48:].mean()


def test_noise_differs_from_frame_to_frame_but_not_from_seed_to_same_seed() -> None:
    one = draw_light("day", SIZE, np.random.default_rng(1))
    two = draw_light("day", SIZE, np.random.default_rng(1))
    pictures = [grey() for _ in range(3)]
    one.shine(pictures[0])
    one.shine(pictures[1])
    two.shine(pictures[2])
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[0] == pictures[2]).all()
