"""Whatever regions are said, the whole way from the message to the picture has a defined result.

said ─▶ cleaned ─▶ spread ─▶ nested rectangles, or the plan of a packed picture and the picture
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_codecs import Region
from artic_codecs.boxes import Flaw
from artic_codecs.carrier import Carrier
from artic_codecs.cleaning import MOST_REGIONS, Clean, Said, after_size_change, clean
from artic_codecs.grid import Grid
from artic_codecs.layout_mark import read_mark
from artic_codecs.pack import Packer, Pixels, Unpacker, size_of
from artic_codecs.packing import Plan, PlanWhy, plan
from artic_codecs.qp_map import MOST_QP, Boost
from artic_codecs.rectangles import MOST_RECTANGLES, Rectangle, nested, painted, whole
from artic_codecs.spread import spread_all
from tests.codecs.drawn import texture

NOW = 1000.0
CAMERA_PX = (1280, 720)
GOOD = (0.4, 0.4, 0.5, 0.45)
NAN, INF = math.nan, math.inf


def _said(box: object, *, age_s: float = 0.5, ttl_s: float = 2.0, priority: float = 0.8) -> Said:
    return Said(box, NOW - age_s, priority, NOW - age_s + ttl_s)


BAD: dict[str, tuple[list[Said], set[Flaw]]] = {
    "nothing": ([], set()),
    "far outside": ([_said((2.0, 2.0, 3.0, 3.0))], {Flaw.OUTSIDE}),
    "left of it": ([_said((-0.5, 0.2, -0.1, 0.4))], {Flaw.OUTSIDE}),
    "NaN in the box": ([_said((NAN, 0.1, 0.2, 0.3))], {Flaw.NOT_FINITE}),
    "infinite": ([_said((0.1, 0.1, INF, 0.3))], {Flaw.NOT_FINITE}),
    "NaN as priority": ([_said(GOOD, priority=NAN)], {Flaw.NOT_FINITE}),
    "NaN as times": ([Said(GOOD, NAN, 1.0, NAN)], {Flaw.NOT_FINITE}),
    "no area": ([_said((0.3, 0.3, 0.3, 0.3))], {Flaw.EMPTY}),
    "a line": ([_said((0.1, 0.5, 0.9, 0.5))], {Flaw.EMPTY}),
    "zeros": ([_said((0, 0, 0, 0))], {Flaw.EMPTY}),
    "stale by minutes": ([_said(GOOD, age_s=300.0)], {Flaw.STALE}),
    "stale, yet for an hour": ([_said(GOOD, age_s=300.0, ttl_s=3600.0)], {Flaw.STALE}),
    "no box": ([_said("0.1,0.1,0.2,0.2")], {Flaw.NOT_A_BOX}),
    "200, all bad": ([_said((NAN,) * 4)] * 100 + [_said((9, 9, 9, 9))] * 100, {Flaw.NOT_FINITE}),
}


def _way(
    said: list[Said], camera_px: tuple[int, int] = CAMERA_PX
) -> tuple[Clean, tuple[Region, ...], tuple[Rectangle, ...], Plan]:
    cleaned = clean(said, now=NOW)
    wide = spread_all(cleaned.regions, now=NOW)
    rectangles = nested(Boost(), wide, Grid(camera_px), now=NOW)
    planned = plan(camera_px, [(region.box, region.priority) for region in wide])
    return cleaned, wide, rectangles, planned


@pytest.mark.parametrize(("said", "flaws"), BAD.values(), ids=BAD.keys())
def test_where_nothing_can_be_used_the_picture_goes_out_as_if_nobody_had_asked(
    said: list[Said], flaws: set[Flaw]
) -> None:
    cleaned, wide, rectangles, planned = _way(said)
    assert cleaned.regions == wide == ()
    assert flaws <= {remark.flaw for remark in cleaned.remarks}
    assert {remark.place for remark in cleaned.remarks} == set(range(len(said)))
    assert rectangles == (Rectangle(whole(Grid(CAMERA_PX)), 0.0),)
    assert (planned.layout, planned.why) == (None, PlanWhy.NO_REGION)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_one_good_region_among_bad_ones_is_obeyed(bad: tuple[list[Said], set[Flaw]]) -> None:
    _, wide, rectangles, planned = _way([*bad[0], _said(GOOD)])
    assert len(wide) == 1 and len(rectangles) > 1
    assert planned.layout is not None and planned.why is PlanWhy.FITTED
    assert planned.layout.to_window(GOOD) is not None


def test_of_two_hundred_boxes_the_most_important_few_are_obeyed() -> None:
    random = np.random.default_rng(5)
    corners = random.uniform(0, 0.9, (200, 2))
    said = [
        _said((x, y, x + 0.08, y + 0.05), priority=float(n) / 200)
        for n, (x, y) in enumerate(corners.tolist())
    ]
    cleaned, wide, rectangles, planned = _way(said)
    assert len(wide) == MOST_REGIONS and len(rectangles) <= MOST_RECTANGLES
    assert max(region.priority for region in wide) == 199 / 200
    assert planned.layout is not None and planned.layout.to_window(said[-1].box) is not None
    assert {remark.flaw for remark in cleaned.remarks} >= {Flaw.TOO_MANY}


def test_a_box_that_hangs_over_the_edge_is_obeyed_inside() -> None:
    _, wide, rectangles, planned = _way([_said((0.9, 0.9, 1.7, 1.2))])
    assert wide[0].box[2:] == (1.0, 1.0)
    assert all(one.px.x1 <= 1280 and one.px.y1 <= 720 for one in rectangles)
    assert planned.layout is not None
    assert planned.layout.window.x1 == 1280 and planned.layout.window.y1 == 720


@pytest.mark.parametrize(
    ("to_px", "lives"),
    [((640, 360), True), ((1920, 1080), True), ((720, 1280), False), ((0, 0), False)],
    ids=["smaller", "larger", "turned", "nothing"],
)
def test_when_the_frames_size_changes_in_mid_stream(to_px: tuple[int, int], lives: bool) -> None:
    before = clean([_said(GOOD)], now=NOW).regions
    after = after_size_change(before, from_px=CAMERA_PX, to_px=to_px)
    assert bool(after.regions) is lives
    assert {remark.flaw for remark in after.remarks} == (set() if lives else {Flaw.FRAME_CHANGED})


def test_packed_pictures_follow_a_camera_that_changes_its_size() -> None:
    packer, unpacker = Packer(), Unpacker()
    for size_px in ((1280, 720), (640, 360), (720, 1280), (64, 48), (1280, 720)):
        yuv = _picture(size_px)
        packed, planned = packer.pack(yuv, [(GOOD, 1.0)])
        found = unpacker.unpack(packed)
        assert found is not None and found.layout == planned.layout
        if planned.layout is None:
            assert packed is yuv
        else:
            assert size_of(packed) == planned.layout.packed_px


def test_a_carrier_takes_what_is_left_of_bad_regions() -> None:
    luma, carrier = texture(1), Carrier()
    carrier.on_picture(luma, NOW)
    for said, _ in BAD.values():
        carrier.seed(clean(said, now=NOW).regions, None, now=NOW)
        assert carrier.regions() == ()
    many = [_said((0.01 * n, 0.2, 0.01 * n + 0.05, 0.3), priority=n / 100) for n in range(95)]
    carrier.seed(clean(many, now=NOW).regions, None, now=NOW)
    assert 0 < len(carrier.on_picture(luma, NOW + 0.2)) <= MOST_REGIONS


numbers = st.one_of(st.floats(), st.floats(-1, 2), st.sampled_from([0.0, 1.0, NAN, INF]))
boxes = st.one_of(st.tuples(numbers, numbers, numbers, numbers), st.none(), st.text(max_size=4))
anything = st.builds(Said, boxes, numbers, numbers, numbers, st.one_of(st.none(), numbers))
current = st.builds(_said, boxes, age_s=st.floats(-2, 400), priority=numbers)
cameras = st.tuples(st.integers(64, 960).map(lambda n: 2 * n), st.integers(64, 640))


@settings(max_examples=150, deadline=None)
@given(said=st.lists(st.one_of(anything, current), max_size=30), camera_px=cameras)
def test_whatever_is_said_the_encoder_gets_rectangles_in_its_picture_or_a_plan_that_fits(
    said: list[Said], camera_px: tuple[int, int]
) -> None:
    cleaned, wide, rectangles, planned = _way(said, camera_px)
    assert len(wide) <= len(cleaned.regions) <= MOST_REGIONS
    assert 1 <= len(rectangles) <= MOST_RECTANGLES
    for one in rectangles:
        assert 0 <= one.px.x0 < one.px.x1 <= camera_px[0]
        assert 0 <= one.px.y0 < one.px.y1 <= camera_px[1]
        assert abs(one.qoffset) <= 1
    offsets = painted(rectangles, Grid(camera_px))
    assert np.isfinite(offsets).all() and np.abs(offsets).max() <= MOST_QP
    if planned.layout is not None:
        window = planned.layout.window
        assert 0 <= window.x0 < window.x1 <= camera_px[0]
        assert 0 <= window.y0 < window.y1 <= camera_px[1]


@settings(max_examples=15, deadline=None)
@given(said=st.lists(current, max_size=8))
def test_no_picture_comes_out_black(said: list[Said]) -> None:
    yuv = _picture((640, 480))
    _, wide, _, _ = _way(said, (640, 480))
    packed, planned = Packer().pack(yuv, [(region.box, region.priority) for region in wide])
    luma = packed[: size_of(packed)[1]]
    assert luma.mean() > 60 and luma.std() > 10
    assert read_mark(luma).layout == planned.layout


def _picture(size_px: tuple[int, int]) -> Pixels:
    width, height = size_px
    random = np.random.default_rng(1)
    return random.integers(60, 200, (height * 3 // 2, width), np.uint8)
