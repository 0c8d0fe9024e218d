"""Offsets as rectangles: the first listed wins, and a boost that fits is drawn exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Region
from artic_codecs.grid import Grid, PxBox
from artic_codecs.qp_map import Boost
from artic_codecs.rectangles import (
    MOST_RECTANGLES,
    Rectangle,
    misfit,
    nested,
    painted,
    shifted,
    whole,
)

GRID = Grid((1280, 720))


def _columns(first: int, last: int, offset_qp: float) -> Rectangle:
    return Rectangle(PxBox(first * 16, 0, last * 16, 16), offset_qp)


PAINTED: dict[str, tuple[list[Rectangle], list[float]]] = {
    "nothing": ([], [0, 0, 0, 0]),
    "one": ([_columns(1, 3, -9)], [0, -9, -9, 0]),
    "the first wins": ([_columns(0, 2, -9), _columns(1, 3, 5)], [-9, -9, 5, 0]),
    "also where it is worse": ([_columns(1, 3, 5), _columns(0, 2, -9)], [-9, 5, 5, 0]),
    "rounded outward": ([Rectangle(PxBox(15, 3, 17, 4), -9)], [-9, -9, 0, 0]),
}


@pytest.mark.parametrize(("rectangles", "offsets"), PAINTED.values(), ids=PAINTED.keys())
def test_what_an_encoder_makes_of_a_list(rectangles: list[Rectangle], offsets: list[float]) -> None:
    assert painted(rectangles, Grid((64, 16))).tolist() == [offsets]


def test_misfit_is_the_distance_to_the_map() -> None:
    wanted = np.array([[0.0, -9.0, -5.0, 0.0]])
    assert misfit([_columns(1, 3, -9)], wanted, Grid((64, 16))) == (2.0, 4.0)


@pytest.mark.parametrize(
    ("offset_qp", "qoffset"), [(0.0, 0.0), (-51.0, -1.0), (25.5, 0.5), (-80.0, -1.0)]
)
def test_an_offset_as_addroi_takes_it(offset_qp: float, qoffset: float) -> None:
    assert Rectangle(whole(GRID), offset_qp).qoffset == qoffset


def test_a_region_is_drawn_as_rings_the_best_on_top_and_the_picture_below() -> None:
    region = Region((0.5, 0.5, 0.75, 0.75), 0.0, 1.0, 9.0)
    assert nested(Boost(24, 2), [region], GRID, now=0.0) == (
        Rectangle(PxBox(640, 352, 960, 544), -24.0),
        Rectangle(PxBox(624, 336, 976, 560), -16.0),
        Rectangle(PxBox(608, 320, 992, 576), -8.0),
        Rectangle(PxBox(0, 0, 1280, 720), 0.0),
    )


def test_without_a_live_region_the_picture_alone_remains_and_nobody_pays() -> None:
    region = Region((0.5, 0.5, 0.75, 0.75), 0.0, 1.0, 9.0)
    drawn = nested(Boost(rest_qp=10), [region], GRID, now=9.0)
    assert drawn == (Rectangle(whole(GRID), 0.0),)


def test_where_there_are_too_many_every_region_keeps_its_inside() -> None:
    many = [Region((n / 10, 0.1, n / 10 + 0.05, 0.2), 0.0, 1 - n / 20, 9.0) for n in range(10)]
    drawn = nested(Boost(24, 2), many, GRID, now=0.0)
    assert len(drawn) == MOST_RECTANGLES
    insides = {GRID.pixels_of(GRID.blocks_of(region.box)) for region in many}
    assert insides <= {rectangle.px for rectangle in drawn}


@st.composite
def regions(draw: st.DrawFn) -> Region:
    x0, y0 = draw(st.floats(0, 0.98)), draw(st.floats(0, 0.98))
    box = (x0, y0, draw(st.floats(x0 + 0.01, 1.0)), draw(st.floats(y0 + 0.01, 1.0)))
    return Region(box, 0.0, draw(st.floats(0, 1)), draw(st.floats(0, 20)))


boosts = st.builds(Boost, st.floats(0, 51), st.integers(0, 2), st.floats(0, 51))
sizes = st.tuples(st.integers(2, 2000), st.integers(2, 1200))


@given(boost=boosts, some=st.lists(regions(), max_size=5), size_px=sizes, now=st.floats(-1, 20))
def test_a_boost_of_five_regions_with_three_rings_is_drawn_exactly(
    boost: Boost, some: list[Region], size_px: tuple[int, int], now: float
) -> None:
    grid = Grid(size_px)
    drawn = nested(boost, some, grid, now=now)
    assert misfit(drawn, boost(some, grid, now=now), grid).worst_qp == 0.0


@given(
    boost=boosts, some=st.lists(regions(), max_size=40), size_px=sizes, at_most=st.integers(1, 20)
)
def test_never_too_many_always_in_the_picture_and_the_whole_one_last(
    boost: Boost, some: list[Region], size_px: tuple[int, int], at_most: int
) -> None:
    drawn = nested(boost, some, Grid(size_px), now=0.5, at_most=at_most)
    assert 1 <= len(drawn) <= at_most
    assert drawn[-1].px == (0, 0, *size_px)
    for one in drawn:
        assert 0 <= one.px.x0 < one.px.x1 <= size_px[0]
        assert 0 <= one.px.y0 < one.px.y1 <= size_px[1]


@given(
    some=st.lists(st.builds(Rectangle, st.just(whole(GRID)), st.floats(-51, 51)), max_size=5),
    by_qp=st.floats(-100, 100),
)
def test_a_shift_moves_all_alike_within_what_qp_allows(some: list[Rectangle], by_qp: float) -> None:
    moved = shifted(some, by_qp)
    assert [one.px for one in moved] == [one.px for one in some]
    expected = [min(51.0, max(-51.0, one.offset_qp + by_qp)) for one in some]
    assert [one.offset_qp for one in moved] == expected
