"""A cut is another picture; motion and noise are not."""

from __future__ import annotations

import numpy as np
import pytest

from artic_perception.cuts import Cuts

CHANCE = np.random.default_rng(1)
BLOCKS = np.kron(CHANCE.integers(0, 256, (18, 32)), np.ones((10, 10))).astype(np.uint8)


@pytest.mark.parametrize(
    ("after", "cut"),
    [
        (BLOCKS, False),
        (np.roll(BLOCKS, 2, axis=1), False),
        (np.clip(BLOCKS.astype(int) + CHANCE.integers(-20, 21, BLOCKS.shape), 0, 255), False),
        (BLOCKS[::-1, ::-1], True),
        (np.zeros_like(BLOCKS), True),
    ],
)
def test_only_another_picture_is_a_cut(after: np.ndarray, cut: bool) -> None:
    cuts = Cuts()
    assert not cuts.on_luma(BLOCKS)
    assert cuts.on_luma(np.ascontiguousarray(after, np.uint8)) is cut
    assert not cuts.on_luma(np.ascontiguousarray(after, np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (3, 5000)])
def test_any_size_of_picture_will_do(shape: tuple[int, int]) -> None:
    cuts = Cuts()
    assert not cuts.on_luma(np.zeros(shape, np.uint8))
    assert cuts.on_luma(np.full(shape, 255, np.uint8))
