"""Regions to offsets: the published map to the number, ours by hand, and never from the dead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from artic_codecs import Box, Region
from artic_codecs.grid import CTU_PX, Grid
from artic_codecs.qp_map import Boost, Flat, Policy, PublishedMap, live

POLICIES: list[Policy] = [
    Flat(),
    PublishedMap(),
    PublishedMap(gamma=3.0),
    Boost(),
    Boost(rest_qp=8),
]
IDS = ["flat", "published", "published, gamma 3", "boost", "boost and degrade"]
LONG = 100.0


def _region(box: Box, priority: float = 1.0, expires_t: float = LONG) -> Region:
    return Region(box, 0.0, priority, expires_t)


@pytest.mark.parametrize(
    ("gamma", "offsets"), [(2.0, [0, 0, 17, 25]), (3.0, [0, 0, 22, 25])], ids=["2", "3"]
)
def test_the_published_formula_by_hand(gamma: float, offsets: list[int]) -> None:
    """Centres 32, 96, 160, 224 px; box to 64: d 0, 32, 96, 160; response 1, 0.8, 0.4, 0."""
    grid = Grid((256, 64), CTU_PX)
    found = PublishedMap(gamma)([_region((0.0, 0.0, 0.25, 1.0))], grid, now=0.0)
    assert found.tolist() == [offsets]


@pytest.mark.parametrize(
    ("gamma", "untouched", "mean_qp"), [(2.0, 142, 10.9), (3.0, 102, 14.5)], ids=["2", "3"]
)
def test_the_published_example_at_1080p(gamma: float, untouched: int, mean_qp: float) -> None:
    """A centred box of 20 % x 20 % (measured on the released code)."""
    grid, box = Grid((1920, 1080), CTU_PX), (0.4, 0.4, 0.6, 0.6)
    found = PublishedMap(gamma)([_region(box)], grid, now=0.0)
    assert found.size == 510
    assert np.count_nonzero(grid.distance_px(box) == 0) == 18
    assert np.count_nonzero(found == 0) == untouched
    assert round(float(found.mean()), 1) == mean_qp
    assert (found.min(), found.max()) == (0, 25)


def test_with_several_regions_the_published_map_looks_at_the_nearest() -> None:
    grid = Grid((320, 64), CTU_PX)
    ends = [_region((0.0, 0.0, 0.2, 1.0)), _region((0.8, 0.0, 1.0, 1.0))]
    assert PublishedMap()(ends, grid, now=0.0).tolist() == [[0, 2, 25, 2, 0]]


def test_a_region_that_is_the_whole_picture_asks_for_nothing() -> None:
    grid = Grid((1280, 720), CTU_PX)
    assert not PublishedMap()([_region((0.0, 0.0, 1.0, 1.0))], grid, now=0.0).any()


BOOSTS: dict[str, tuple[Boost, list[Region], list[float]]] = {
    "hard": (Boost(24, 0), [_region((0.25, 0.0, 0.375, 1.0))], [0, 0, -24, 0, 0, 0, 0, 0]),
    "soft": (Boost(24, 2), [_region((0.0, 0.0, 0.125, 1.0))], [-24, -16, -8, 0, 0, 0, 0, 0]),
    "half as important": (
        Boost(24, 0),
        [_region((0.0, 0.0, 0.2, 1.0), 0.5)],
        [-12, -12, 0, 0, 0, 0, 0, 0],
    ),
    "two meet": (
        Boost(24, 1),
        [_region((0.0, 0.0, 0.25, 1.0)), _region((0.25, 0.0, 0.5, 1.0), 0.25)],
        [-24, -24, -12, -6, -3, 0, 0, 0],
    ),
    "the rest pays": (
        Boost(20, 1, rest_qp=10),
        [_region((0.0, 0.0, 0.125, 1.0))],
        [-20, -5, 10, 10, 10, 10, 10, 10],
    ),
    "of no importance": (
        Boost(20, 1, rest_qp=10),
        [_region((0.0, 0.0, 0.125, 1.0), 0.0)],
        [0, 5, 10, 10, 10, 10, 10, 10],
    ),
}


@pytest.mark.parametrize(("boost", "regions", "offsets"), BOOSTS.values(), ids=BOOSTS.keys())
def test_a_boost_by_hand(boost: Boost, regions: list[Region], offsets: list[float]) -> None:
    assert boost(regions, Grid((128, 16)), now=0.0).tolist() == [offsets]


@pytest.mark.parametrize("wrong", [(-1.0, 2, 0.0), (52.0, 2, 0.0), (9.0, -1, 0.0), (9.0, 2, -1.0)])
def test_what_is_not_a_boost(wrong: tuple[float, int, float]) -> None:
    with pytest.raises(ValueError, match="not a boost"):
        Boost(*wrong)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    x0, y0 = draw(st.floats(0, 0.98)), draw(st.floats(0, 0.98))
    box = (x0, y0, draw(st.floats(x0 + 0.01, 1.0)), draw(st.floats(y0 + 0.01, 1.0)))
    return Region(box, 0.0, draw(st.floats(0, 1)), draw(st.floats(0, 20)))


sizes = st.tuples(st.integers(2, 2000), st.integers(2, 1200))
grids = st.builds(Grid, sizes, st.sampled_from([16, CTU_PX]))


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
@given(alive=st.lists(regions(), max_size=5), grid=grids, now=st.floats(0, 20))
def test_the_expired_never_steer(
    policy: Policy, alive: list[Region], grid: Grid, now: float
) -> None:
    found = policy(alive, grid, now=now)
    assert (found == policy(live(alive, now), grid, now=now)).all()
    if not live(alive, now):
        assert found.shape == grid.shape and not found.any()


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
@given(alive=st.lists(regions(), min_size=1, max_size=20), grid=grids)
def test_every_block_has_an_offset_that_qp_allows(
    policy: Policy, alive: list[Region], grid: Grid
) -> None:
    found = policy(alive, grid, now=-1.0)
    assert found.shape == grid.shape and found.dtype == np.float64
    assert np.isfinite(found).all() and np.abs(found).max() <= 51


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
@given(region=regions(), grid=grids)
@example(region=Region((0.0, 0.75, 1.0, 0.875), 0.0, 1.0, 1.0), grid=Grid((2, 65), CTU_PX))
def test_nothing_is_better_than_the_region(policy: Policy, region: Region, grid: Grid) -> None:
    found, span = policy([region], grid, now=-1.0), grid.blocks_of(region.box)
    inside = found[span.row0 : span.row1, span.column0 : span.column1]
    assert inside.min() == found.min()


@given(alive=st.lists(regions(), min_size=1, max_size=5), more=regions(), grid=grids)
def test_another_region_never_takes_from_a_boost(
    alive: list[Region], more: Region, grid: Grid
) -> None:
    boost = Boost()
    before, after = boost(alive, grid, now=-1.0), boost([*alive, more], grid, now=-1.0)
    assert (after <= before).all()


def test_the_most_important_come_first() -> None:
    box: Box = (0.0, 0.0, 0.5, 0.5)
    alive = [_region(box, 0.2), _region(box, 0.9), _region(box, 1.0, expires_t=1.0)]
    assert [region.priority for region in live(alive, 1.0)] == [0.9, 0.2]
