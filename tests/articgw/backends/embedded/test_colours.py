from __future__ import annotations

import numpy as np
import pytest

from articgw.backends.embedded import colours
from tests.articgw.backends.embedded.pictures import COLOURS


@pytest.mark.parametrize("wanted", COLOURS)
def test_names(wanted: str) -> None:
    tone = colours.paint(COLOURS[wanted])
    assert colours.name(tone) == wanted
    assert colours.fit(tone, wanted) == 1.0


@pytest.mark.parametrize("wanted", ["red", "green", "blue", "yellow", "orange", "purple"])
def test_dim_colours_are_named_after_brightening(wanted: str) -> None:
    dim = np.array(COLOURS[wanted]) * 0.4
    assert colours.name(colours.paint(dim * 2.5)) == wanted


def test_gain_of_a_dim_picture() -> None:
    assert colours.gain(np.full((64, 64, 3), 240, np.uint8)) == 1.0
    assert colours.gain(np.full((64, 64, 3), 90, np.uint8)) == pytest.approx(2.5)
    assert colours.gain(np.zeros((64, 64, 3), np.uint8)) == 3.0


def test_colour_beats_a_grey_majority() -> None:
    grey, red = (
        np.full((60, 3), 128.0, np.float32),
        np.full((40, 3), (190.0, 30.0, 30.0), np.float32),
    )
    assert colours.name(colours.commonest(np.concatenate([grey, red]))) == "red"


def test_the_table_knows_every_cell() -> None:
    table = colours.table()
    assert table.shape == (32, 32, 32) and (table > 0).all()
    red = table[190 >> 3, 30 >> 3, 30 >> 3]
    assert red & (1 << colours.NAMES.index("red"))
