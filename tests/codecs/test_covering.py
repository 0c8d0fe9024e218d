"""Any map as a few rectangles: exact where it is made of few, never worse for having more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_codecs import Region
from artic_codecs.covering import cover, tiles
from artic_codecs.grid import CTU_PX, Grid
from artic_codecs.qp_map import Boost, PublishedMap, QpMap
from artic_codecs.rectangles import MOST_RECTANGLES, Misfit, misfit

GRID = Grid((320, 192))
"""12 rows of 20 blocks."""


def _map(*patches: tuple[int, int, int, int, float]) -> QpMap:
    wanted = np.zeros(GRID.shape)
    for column0, row0, column1, row1, offset_qp in patches:
        wanted[row0:row1, column0:column1] = offset_qp
    return wanted


EXACT: dict[str, tuple[QpMap, int]] = {
    "flat": (_map(), 1),
    "one patch": (_map((3, 2, 9, 7, -20)), 2),
    "one block at the edge": (_map((19, 11, 20, 12, 25)), 2),
    "two apart": (_map((1, 1, 4, 4, -20), (10, 6, 15, 11, -10)), 3),
    "two alike": (_map((1, 1, 4, 4, -20), (10, 6, 15, 11, -20)), 3),
    "three rings": (_map((3, 2, 15, 11, -8), (4, 3, 14, 10, -16), (5, 4, 13, 9, -24)), 7),
    "a hole": (_map((3, 2, 15, 11, -20), (6, 5, 9, 8, 0)), 3),
    "a cross": (_map((0, 5, 20, 7, -20), (9, 0, 11, 12, -20)), 3),
    "two that overlap": (_map((2, 2, 10, 8, -10), (6, 5, 15, 11, -24)), 3),
}


@pytest.mark.parametrize(("wanted", "count"), EXACT.values(), ids=EXACT.keys())
def test_what_is_made_of_few_is_found_exactly(wanted: QpMap, count: int) -> None:
    found = cover(wanted, GRID)
    assert len(found) == count
    assert misfit(found, wanted, GRID).worst_qp == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("gamma", "at_most", "rms_qp"), [(2.0, 1, 10.5), (2.0, 4, 5.0), (2.0, 16, 2.5), (3.0, 16, 2.5)]
)
def test_the_published_map_nearly(gamma: float, at_most: int, rms_qp: float) -> None:
    grid = Grid((1920, 1080), CTU_PX)
    region = Region((0.4, 0.4, 0.6, 0.6), 0.0, 1.0, 9.0)
    wanted = PublishedMap(gamma)([region], grid, now=0.0)
    assert misfit(cover(wanted, grid, at_most=at_most), wanted, grid).rms_qp < rms_qp


def test_a_map_of_another_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="blocks"):
        cover(np.zeros((3, 4)), GRID)
    with pytest.raises(ValueError, match="blocks"):
        tiles(np.zeros((3, 4)), GRID)


offsets = st.sampled_from([-24.0, -12.5, -8.0, 0.0, 5.0, 25.0])
maps = st.lists(st.lists(offsets, min_size=20, max_size=20), min_size=12, max_size=12).map(np.array)


@st.composite
def patched(draw: st.DrawFn) -> QpMap:
    patches = []
    for _ in range(draw(st.integers(0, 6))):
        column0, row0 = draw(st.integers(0, 19)), draw(st.integers(0, 11))
        column1, row1 = draw(st.integers(column0 + 1, 20)), draw(st.integers(row0 + 1, 12))
        patches.append((column0, row0, column1, row1, draw(offsets)))
    return _map(*patches)


def _misfits(wanted: QpMap) -> list[Misfit]:
    counts = (1, 2, 4, 8, MOST_RECTANGLES)
    return [misfit(cover(wanted, GRID, at_most=most), wanted, GRID) for most in counts]


@settings(max_examples=25)
@given(wanted=st.one_of(patched(), maps))
def test_each_further_rectangle_mends_and_none_does_harm(wanted: QpMap) -> None:
    errors = [one.rms_qp for one in _misfits(wanted)]
    flat = float(wanted.std())
    assert errors[0] == pytest.approx(flat, abs=1e-9)
    assert all(error <= flat + 1e-9 for error in errors)


@settings(max_examples=25)
@given(wanted=patched())
def test_a_few_patches_are_found_nearly_always(wanted: QpMap) -> None:
    assert misfit(cover(wanted, GRID), wanted, GRID).rms_qp <= 0.25 * float(wanted.std()) + 1e-9


@settings(max_examples=25)
@given(wanted=st.one_of(patched(), maps), at_most=st.integers(1, 16))
def test_never_too_many_and_the_whole_picture_last(wanted: QpMap, at_most: int) -> None:
    found = cover(wanted, GRID, at_most=at_most)
    assert 1 <= len(found) <= at_most
    assert found[-1].px == (0, 0, 320, 192)
    assert all(wanted.min() - 1e-9 <= one.offset_qp <= wanted.max() + 1e-9 for one in found)


def test_a_boost_of_too_many_regions_is_covered_closely() -> None:
    grid = Grid((1280, 720))
    many = [Region((n / 8, n / 9, n / 8 + 0.1, n / 9 + 0.1), 0.0, 1.0, 9.0) for n in range(8)]
    wanted = Boost(24, 2)(many, grid, now=0.0)
    assert misfit(cover(wanted, grid), wanted, grid).rms_qp < 0.5 * float(wanted.std())


@pytest.mark.parametrize(
    ("wanted", "count"),
    [(_map(), 1), (_map((3, 2, 9, 7, -20)), 5), (_map((0, 0, 20, 7, -20)), 2)],
    ids=["flat", "one patch", "the upper half"],
)
def test_tiles_join_what_is_alike(wanted: QpMap, count: int) -> None:
    assert len(tiles(wanted, GRID)) == count


@given(wanted=st.one_of(patched(), maps))
def test_tiles_are_the_map_itself_in_any_order(wanted: QpMap) -> None:
    found = tiles(wanted, GRID)
    assert misfit(found, wanted, GRID) == misfit(found[::-1], wanted, GRID) == (0.0, 0.0)
