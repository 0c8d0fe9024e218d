"""Fractions, pixels and blocks turn into each other, always outward, never out of the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box
from artic_codecs.grid import CTU_PX, MACROBLOCK_PX, Grid, PxBox, Span, fractions_of, pixels_of

sides = st.integers(1, 4000)
sizes = st.tuples(sides, sides)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(st.floats(0, 0.999)), draw(st.floats(0, 0.999))
    x1 = draw(st.floats(x0, 1.0, exclude_min=True))
    y1 = draw(st.floats(y0, 1.0, exclude_min=True))
    return x0, y0, x1, y1


@st.composite
def pixels(draw: st.DrawFn) -> tuple[PxBox, tuple[int, int]]:
    width, height = draw(sizes)
    x0, y0 = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    x1, y1 = draw(st.integers(x0 + 1, width)), draw(st.integers(y0 + 1, height))
    return PxBox(x0, y0, x1, y1), (width, height)


@pytest.mark.parametrize(
    ("size_px", "block_px", "rows", "columns"),
    [
        ((1920, 1080), CTU_PX, 17, 30),
        ((1920, 1080), MACROBLOCK_PX, 68, 120),
        ((1280, 720), MACROBLOCK_PX, 45, 80),
        ((1, 1), MACROBLOCK_PX, 1, 1),
    ],
)
def test_blocks_of_a_picture(
    size_px: tuple[int, int], block_px: int, rows: int, columns: int
) -> None:
    assert Grid(size_px, block_px).shape == (rows, columns)


@pytest.mark.parametrize(("size_px", "block_px"), [((0, 9), 16), ((9, -1), 16), ((9, 9), 0)])
def test_no_picture_has_no_blocks(size_px: tuple[int, int], block_px: int) -> None:
    with pytest.raises(ValueError, match="no blocks"):
        Grid(size_px, block_px)


@pytest.mark.parametrize(
    ("box", "px", "span"),
    [
        ((0.0, 0.0, 1.0, 1.0), (0, 0, 1280, 720), (0, 0, 80, 45)),
        ((0.5, 0.5, 0.75, 0.75), (640, 360, 960, 540), (40, 22, 60, 34)),
        ((0.1, 0.1, 0.1001, 0.1001), (128, 72, 129, 73), (8, 4, 9, 5)),
        ((0.9999, 0.9999, 1.0, 1.0), (1279, 719, 1280, 720), (79, 44, 80, 45)),
    ],
    ids=["all", "a quarter", "less than a pixel", "the last pixel"],
)
def test_a_box_in_720p(box: Box, px: PxBox, span: Span) -> None:
    assert pixels_of(box, (1280, 720)) == px
    assert Grid((1280, 720)).blocks_of(box) == span


@given(pixels())
def test_pixels_come_back_from_fractions_as_they_were(
    given_px: tuple[PxBox, tuple[int, int]],
) -> None:
    px, size_px = given_px
    assert pixels_of(fractions_of(px, size_px), size_px) == px


@given(box=boxes(), size_px=sizes)
def test_pixels_hold_the_box_and_stay_in_the_picture(box: Box, size_px: tuple[int, int]) -> None:
    px = pixels_of(box, size_px)
    width, height = size_px
    assert 0 <= px.x0 < px.x1 <= width and 0 <= px.y0 < px.y1 <= height
    assert px.x0 <= box[0] * width + 1e-5 and box[2] * width <= px.x1 + 1e-5
    assert px.y0 <= box[1] * height + 1e-5 and box[3] * height <= px.y1 + 1e-5
    assert px.x1 - px.x0 <= (box[2] - box[0]) * width + 2


@given(box=boxes(), size_px=sizes, block_px=st.sampled_from([MACROBLOCK_PX, CTU_PX, 1]))
def test_blocks_hold_the_pixels_and_stay_in_the_grid(
    box: Box, size_px: tuple[int, int], block_px: int
) -> None:
    grid, px = Grid(size_px, block_px), pixels_of(box, size_px)
    span = grid.blocks_of(box)
    assert 0 <= span.column0 < span.column1 <= grid.columns
    assert 0 <= span.row0 < span.row1 <= grid.rows
    back = grid.pixels_of(span)
    assert back.x0 <= px.x0 and back.y0 <= px.y0 and px.x1 <= back.x1 and px.y1 <= back.y1
    assert back.x1 <= size_px[0] and back.y1 <= size_px[1]
    assert grid.span_of(back) == span


@given(box=boxes(), more=st.integers(0, 200))
def test_widened_blocks_stay_in_the_grid(box: Box, more: int) -> None:
    grid = Grid((640, 360))
    span = grid.widened(grid.blocks_of(box), more)
    assert 0 <= span.column0 < span.column1 <= 40 and 0 <= span.row0 < span.row1 <= 23


def test_distance_is_from_the_centre_and_straight() -> None:
    grid = Grid((64, 48))
    expected = np.hypot(*np.meshgrid([8, 0, 8, 24], [0, 0, 16]))
    np.testing.assert_allclose(grid.distance_px((0.25, 0.0, 0.5, 0.5)), expected)


def test_blocks_away_are_counted_as_a_king_walks() -> None:
    grid = Grid((64, 48))
    assert grid.blocks_away((0.3, 0.1, 0.4, 0.2)).tolist() == [
        [1, 0, 1, 2],
        [1, 1, 1, 2],
        [2, 2, 2, 2],
    ]
