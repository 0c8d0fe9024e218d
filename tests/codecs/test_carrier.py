"""Regions go with the picture, widen with doubt, and end: at a cut, the edge, their expiry."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_codecs import Box, Region
from artic_codecs.carrier import LONGEST_GAP_S, LOST_S, Carrier
from tests.codecs.drawn import moved, texture

BOX: Box = (0.4, 0.4, 0.6, 0.5)
SCENE = texture(1)
FLAT = np.full((180, 320), 128, np.uint8)


def _region(box: Box = BOX, *, frame_t: float = 10.0, priority: float = 1.0) -> Region:
    return Region(box, frame_t, priority, frame_t + 5.0, 14.0)


def _seeded(*regions: Region) -> Carrier:
    carrier = Carrier()
    carrier.on_picture(SCENE, 10.0)
    carrier.seed(regions, None, now=10.0)
    return carrier


def _covers(outer: Box, inner: Box) -> bool:
    return (outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2]) and inner[
        3
    ] <= outer[3]


def _shifted(box: Box, right_px: float, down_px: float) -> Box:
    x, y = right_px / 320, down_px / 180
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def test_it_goes_where_the_camera_takes_it_and_widens_on_the_way() -> None:
    carrier, areas = _seeded(_region()), []
    for step in range(1, 11):
        at = _shifted(BOX, 4.0 * step, 2.0 * step)
        (region,) = carrier.on_picture(moved(SCENE, 4.0 * step, 2.0 * step), 10 + 0.2 * step)
        assert _covers(region.box, at)
        assert region.frame_t == pytest.approx(10 + 0.2 * step)
        assert (region.expires_t, region.min_text_px, region.priority) == (15.0, 14.0, 1.0)
        areas.append((region.box[2] - region.box[0]) * (region.box[3] - region.box[1]))
    assert areas == sorted(areas) and areas[-1] < 2 * 0.02


def test_of_now_it_is_where_its_speed_takes_it() -> None:
    carrier = _seeded(_region())
    for step in (1, 2, 3):
        carrier.on_picture(moved(SCENE, 5.0 * step, 0.0), 10 + 0.2 * step)
    assert _covers(carrier.regions(now=10.8)[0].box, _shifted(BOX, 20.0, 0.0))
    assert carrier.regions(now=10.6) == carrier.regions() == carrier.regions(now=math.nan)
    assert carrier.regions(now=9.0) == carrier.regions()


def test_an_answer_about_an_older_picture_is_brought_to_the_newest() -> None:
    carrier = Carrier()
    for step in range(8):
        carrier.on_picture(moved(SCENE, 6.0 * step, 0.0), 10 + 0.2 * step)
    carrier.seed([_region(frame_t=10.4)], None, now=11.5)
    (region,) = carrier.regions()
    assert _covers(region.box, _shifted(BOX, 30.0, 0.0))
    assert region.box[2] - region.box[0] < 0.25


def test_an_answer_about_a_picture_never_given_is_brought_by_that_picture() -> None:
    carrier = Carrier()
    carrier.on_picture(moved(SCENE, 8.0, 0.0), 12.0)
    carrier.seed([_region(frame_t=11.0)], SCENE, now=12.0)
    assert _covers(carrier.regions()[0].box, _shifted(BOX, 8.0, 0.0))
    carrier.seed([_region(frame_t=11.0)], None, now=12.0)
    assert carrier.regions()[0].box[0] < BOX[0] - 0.05, "wide, where nothing is known"


def test_a_seed_replaces_all_and_an_expired_one_is_none() -> None:
    carrier = _seeded(_region(), _region((0.1, 0.1, 0.2, 0.2)))
    assert len(carrier.regions()) == 2
    carrier.seed([_region((0.7, 0.7, 0.8, 0.8))], None, now=10.0)
    assert len(carrier.regions()) == 1
    carrier.seed([_region()], None, now=15.0)
    assert carrier.regions() == ()


def test_the_most_important_comes_first() -> None:
    low, high = _region(priority=0.2), _region((0.1, 0.1, 0.2, 0.2), priority=0.9)
    found = _seeded(low, high).on_picture(SCENE, 10.2)
    assert [region.priority for region in found] == [0.9, 0.2]


def test_a_cut_ends_all() -> None:
    carrier = _seeded(_region())
    assert carrier.on_picture(texture(9), 10.2) == ()
    assert carrier.on_picture(SCENE, 10.4) == ()


def test_what_leaves_the_frame_ends_alone() -> None:
    leaving, staying = _region((0.9, 0.4, 0.98, 0.5)), _region((0.1, 0.4, 0.3, 0.5))
    carrier, found = _seeded(leaving, staying), tuple[Region, ...]()
    for step in range(1, 6):
        found = carrier.on_picture(moved(SCENE, 8.0 * step, 0.0), 10 + 0.2 * step)
    assert [round(region.box[0], 1) for region in found] == [0.2]


def test_what_cannot_be_followed_widens_and_fades_and_ends_without_the_others() -> None:
    carrier, widths, priorities = _seeded(_region()), [], []
    carrier.seed([_region()], None, now=10.0)
    t = 10.0
    while found := carrier.on_picture(FLAT, t := t + 0.2):
        widths.append(found[0].box[2] - found[0].box[0])
        priorities.append(found[0].priority)
    assert widths == sorted(widths) and widths[-1] > 1.5 * widths[0]
    assert priorities == sorted(priorities, reverse=True)
    assert t - 10.0 == pytest.approx(LOST_S, abs=0.3)


def test_a_region_on_a_plain_wall_goes_with_the_scene() -> None:
    scene = SCENE.copy()
    scene[54:108, 112:208] = 120
    carrier = Carrier()
    carrier.on_picture(scene, 10.0)
    carrier.seed([_region()], None, now=10.0)
    (region,) = carrier.on_picture(moved(scene, 8.0, 0.0), 10.2)
    assert _covers(region.box, _shifted(BOX, 8.0, 0.0)) and region.priority == 1.0


@pytest.mark.parametrize("t", [10.0, 9.0, 0.5, math.nan, math.inf, -math.inf])
def test_a_picture_that_is_not_newer_changes_nothing(t: float) -> None:
    carrier = _seeded(_region())
    before = carrier.regions()
    assert carrier.on_picture(moved(SCENE, 20.0, 0.0), t) == before
    assert carrier.on_picture(SCENE, 10.2)[0].box[0] == pytest.approx(before[0].box[0], abs=0.01)


def test_when_the_clock_jumps_back_everything_begins_anew() -> None:
    carrier = _seeded(_region())
    assert carrier.on_picture(SCENE, -1000.0) == ()
    carrier.seed([_region(frame_t=-1000.0)], None, now=-1000.0)
    assert len(carrier.on_picture(SCENE, -999.8)) == 1


def test_after_a_long_gap_nothing_is_known() -> None:
    region = replace(_region(), expires_t=30.0)
    assert _seeded(region).on_picture(SCENE, 10.1 + LONGEST_GAP_S) == ()


def test_another_size_of_the_same_picture_goes_on_and_another_shape_ends_all() -> None:
    carrier = _seeded(_region())
    (region,) = carrier.on_picture(SCENE[::2, ::2], 10.2)
    assert _covers(region.box, BOX)
    assert carrier.on_picture(np.ascontiguousarray(SCENE.T), 10.4) == ()


def test_without_pictures_there_are_no_regions_and_with_theirs_there_are() -> None:
    carrier = Carrier()
    carrier.seed([_region()], None, now=10.0)
    assert carrier.regions() == ()
    carrier.seed([_region()], SCENE, now=10.0)
    assert [region.box for region in carrier.regions()] == [BOX]


def test_what_is_no_luma_plane() -> None:
    with pytest.raises(ValueError, match="no luma plane"):
        Carrier().on_picture(np.zeros((180, 320, 3), np.uint8), 1.0)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    x0, y0 = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    box = (x0, y0, draw(st.floats(x0 + 0.01, 1.0)), draw(st.floats(y0 + 0.01, 1.0)))
    frame_t = draw(st.floats(8, 11))
    return Region(box, frame_t, draw(st.floats(0, 1)), frame_t + draw(st.floats(0, 4)))


PICTURES = [SCENE, moved(SCENE, 9, 4), moved(SCENE, -30, 0), texture(2), FLAT, SCENE[:90, :160]]
steps = st.tuples(
    st.sampled_from(range(len(PICTURES))),
    st.one_of(st.floats(8, 16), st.just(math.nan), st.just(10.0)),
)


@settings(max_examples=60, deadline=None)
@given(
    given_=st.lists(regions(), max_size=4),
    path=st.lists(steps, min_size=1, max_size=6),
    now=st.floats(8, 12),
    ahead_s=st.floats(0, 2),
)
def test_whatever_comes_regions_stay_in_the_frame_and_never_outlive_their_expiry(
    given_: list[Region], path: list[tuple[int, float]], now: float, ahead_s: float
) -> None:
    carrier = Carrier()
    carrier.on_picture(SCENE, 8.0)
    carrier.seed(given_, None, now=now)
    for number, captured_t in path:
        found = carrier.on_picture(PICTURES[number], captured_t)
        for region in (*found, *carrier.regions(now=captured_t + ahead_s)):
            assert 0 <= region.box[0] < region.box[2] <= 1
            assert 0 <= region.box[1] < region.box[3] <= 1
            assert region.frame_t < region.expires_t
            assert region.expires_t in {one.expires_t for one in given_}
            assert 0 <= region.priority <= 1


@pytest.mark.parametrize(
    ("evidence", "elsewhere", "confirmed", "left"),
    [
        ((0.45, 0.42, 0.55, 0.48), True, True, [BOX]),
        ((0.1, 0.1, 0.2, 0.2), True, False, [(0.1, 0.1, 0.2, 0.2)]),
        ((0.1, 0.1, 0.2, 0.2), False, False, [BOX, (0.7, 0.7, 0.8, 0.8)]),
    ],
    ids=["inside", "elsewhere, and sure", "elsewhere, and not sure"],
)
def test_an_answer_confirms_or_moves_or_leaves(
    evidence: Box, elsewhere: bool, confirmed: bool, left: list[Box]
) -> None:
    carrier = _seeded(_region(), _region((0.7, 0.7, 0.8, 0.8), priority=0.5))
    told = (_region(evidence, priority=0.9),)
    assert carrier.confirm(told, None, now=10.0, elsewhere=elsewhere) is confirmed
    assert [region.box for region in carrier.regions(now=10.0)] == [
        pytest.approx(box) for box in left
    ]


def test_what_is_confirmed_lives_as_long_as_its_evidence() -> None:
    carrier = _seeded(_region())
    late = replace(_region((0.45, 0.42, 0.55, 0.48)), expires_t=19.0)
    assert carrier.confirm((late,), None, now=10.0)
    assert carrier.regions()[0].expires_t == 19.0
    assert carrier.confirm((_region((0.45, 0.42, 0.55, 0.48)),), None, now=10.0)
    assert carrier.regions()[0].expires_t == 19.0


def test_evidence_of_a_moment_ago_confirms_what_has_moved_since() -> None:
    carrier = _seeded(_region())
    for step in range(1, 6):
        carrier.on_picture(moved(SCENE, 12.0 * step, 0.0), 10 + 0.2 * step)
    before = carrier.regions()
    assert carrier.confirm((_region((0.45, 0.42, 0.55, 0.48)),), SCENE, now=11.0)
    assert carrier.regions() == before


def test_evidence_in_a_picture_not_yet_shown_is_compared_with_where_things_are_in_it() -> None:
    carrier = _seeded(_region())
    newer = moved(SCENE, 40.0, 0.0)
    place = _shifted((0.45, 0.42, 0.55, 0.48), 40.0, 0.0)
    assert carrier.confirm((_region(place, frame_t=10.2),), newer, now=10.2)
    assert _covers(carrier.regions()[0].box, _shifted(BOX, 40.0, 0.0))


def test_no_evidence_confirms_nothing() -> None:
    carrier = _seeded(_region())
    assert not carrier.confirm((), None, now=10.0, elsewhere=False)
    assert len(carrier.regions()) == 1
    assert not carrier.confirm((), None, now=10.0)
    assert not carrier.regions()
