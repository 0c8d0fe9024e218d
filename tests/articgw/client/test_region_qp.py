"""Regions as offsets: whatever was said, what goes out steers a frame and nothing else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.cleaning import Said
from artic_codecs.grid import Grid, PxBox
from artic_codecs.rectangles import MOST_RECTANGLES, Rectangle
from artic_codecs.regions import Box, Region
from articgw.client.quantiser import MAX_QP, MIN_QP
from articgw.client.region_qp import REST_QP, STRENGTH_QP, RegionAim, cost, held, most_qp

HD = (1280, 720)
GRID = Grid(HD)
SIGN: Box = (0.4, 0.4, 0.5, 0.5)
NUMBERS = st.floats() | st.integers(-(10**400), 10**400)
BOXES = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS) | st.none() | st.text(max_size=4)


def region(
    box: Box = SIGN, *, t: float = 10.0, ttl_s: float = 5.0, priority: float = 1.0
) -> Region:
    return Region(box, frame_t=t, priority=priority, expires_t=t + ttl_s)


def aim(*said: Said | Region) -> RegionAim:
    one = RegionAim()
    one.take(said)
    return one


@given(
    st.lists(st.builds(Said, BOXES, NUMBERS, NUMBERS, NUMBERS), max_size=200),
    st.tuples(st.integers(2, 2000), st.integers(2, 2000)),
    st.floats(-10, 1e6),
)
def test_anything_said_makes_at_most_16_rectangles_inside_the_frame(
    said: list[Said], size_px: tuple[int, int], now: float
) -> None:
    grid, one = Grid(size_px), aim(*said)
    drawn = one.rectangles(one.regions(camera_px=size_px, now=now), grid, now=now)
    assert 1 <= len(drawn) <= MOST_RECTANGLES
    assert drawn[-1].px == PxBox(0, 0, *size_px)
    for rectangle in drawn:
        x0, y0, x1, y1 = rectangle.px
        assert 0 <= x0 < x1 <= size_px[0] and 0 <= y0 < y1 <= size_px[1]
        assert -STRENGTH_QP <= rectangle.offset_qp <= 0


def test_200_boxes_leave_the_most_important_on_top() -> None:
    boxes: list[Box] = [(n / 250, 0.1, n / 250 + 0.003, 0.12) for n in range(200)]
    said = [region(box, priority=n / 250) for n, box in enumerate(boxes)]
    one = aim(*said, region(priority=1.0))
    drawn = one.rectangles(one.regions(camera_px=HD, now=10.0), GRID, now=10.0)
    assert len(drawn) == MOST_RECTANGLES
    assert drawn[0].px == GRID.pixels_of(GRID.blocks_of(SIGN))
    assert drawn[0].offset_qp == -STRENGTH_QP


@given(st.floats(0.0, 100.0))
def test_an_expired_region_never_steers(after_s: float) -> None:
    one = aim(region(ttl_s=5.0))
    assert one.regions(camera_px=HD, now=14.9)
    regions = one.regions(camera_px=HD, now=15.0 + after_s)
    assert regions == ()
    assert one.rectangles(regions, GRID, now=15.0 + after_s) == (Rectangle(PxBox(0, 0, *HD), 0.0),)


def test_what_comes_late_and_says_that_it_holds_for_minutes_does_not() -> None:
    stale = Said(SIGN, frame_t=10.0, priority=1.0, expires_t=1000.0)
    assert aim(stale).regions(camera_px=HD, now=100.0) == ()


def test_a_region_grows_with_its_age() -> None:
    one = aim(region())
    young, old = (one.regions(camera_px=HD, now=now)[0].box for now in (10.0, 14.0))
    assert young == SIGN
    assert old[0] < young[0] and old[1] < young[1] and old[2] > young[2] and old[3] > young[3]


@pytest.mark.parametrize(
    ("camera_px", "kept"), [((640, 360), True), ((1920, 1080), True), ((720, 1280), False)]
)
def test_a_camera_that_turns_loses_its_regions(camera_px: tuple[int, int], kept: bool) -> None:
    one = aim(region())
    assert one.regions(camera_px=HD, now=10.0)
    assert bool(one.regions(camera_px=camera_px, now=10.1)) is kept
    assert bool(one.regions(camera_px=HD, now=10.2)) is kept
    one.take([region()])
    assert one.regions(camera_px=camera_px, now=10.3)


@given(st.floats(MIN_QP, MAX_QP + STRENGTH_QP))
def test_no_block_is_better_or_worse_than_what_helps(qp: float) -> None:
    one = aim(region())
    offsets = one.rectangles(one.regions(camera_px=HD, now=10.0), GRID, now=10.0)
    for rectangle in held(offsets, qp):
        assert -1e-9 <= rectangle.offset_qp <= REST_QP - MIN_QP + 1e-9


def test_a_frame_may_be_as_coarse_as_makes_its_best_region_the_worst() -> None:
    assert most_qp([]) == MAX_QP
    assert most_qp([Rectangle(PxBox(0, 0, *HD), 0.0)]) == MAX_QP
    offsets = [Rectangle(PxBox(0, 0, 16, 16), -10.0), Rectangle(PxBox(0, 0, *HD), 0.0)]
    assert most_qp(offsets) == MAX_QP + 10


def test_six_steps_better_cost_twice() -> None:
    assert cost([Rectangle(PxBox(0, 0, *HD), 0.0)], GRID) == pytest.approx(1.0)
    assert cost([Rectangle(PxBox(0, 0, *HD), -6.0)], GRID) == pytest.approx(2.0)
    half = [Rectangle(PxBox(0, 0, 640, 720), -6.0), Rectangle(PxBox(0, 0, *HD), 0.0)]
    assert cost(half, GRID) == pytest.approx(1.5)


def test_nan_in_a_box_is_no_region() -> None:
    assert aim(Said((math.nan, 0, 1, 1), 10.0, 1.0, 12.0)).regions(camera_px=HD, now=10.0) == ()
