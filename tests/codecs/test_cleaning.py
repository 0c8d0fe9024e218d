"""Whatever regions come in, few valid ones go out, with a remark for all that was wrong."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box, Region
from artic_codecs.boxes import Flaw
from artic_codecs.cleaning import LONGEST_S, MOST_REGIONS, Said, after_size_change, clean

NOW = 1000.0
BOX: Box = (0.1, 0.1, 0.3, 0.2)


def _said(
    box: object = BOX,
    frame_t: float = NOW - 1,
    priority: float = 0.5,
    expires_t: float = NOW + 2,
    text_px: float | None = None,
) -> Said:
    return Said(box, frame_t, priority, expires_t, text_px)


ONE: dict[str, tuple[Said, Region | None, tuple[Flaw, ...]]] = {
    "as it should be": (_said(), Region(BOX, NOW - 1, 0.5, NOW + 2), ()),
    "an impossible box": (_said(box=(0.1, 0.2)), None, (Flaw.NOT_A_BOX,)),
    "expired": (_said(expires_t=NOW), None, (Flaw.STALE,)),
    "stale by minutes": (_said(frame_t=NOW - 300, expires_t=NOW + 60), None, (Flaw.STALE,)),
    "expires before its frame": (_said(expires_t=NOW - 2), None, (Flaw.STALE,)),
    "for an hour": (
        _said(frame_t=NOW, expires_t=NOW + 3600),
        Region(BOX, NOW, 0.5, NOW + LONGEST_S),
        (Flaw.BOUNDED,),
    ),
    "of a frame to come": (
        _said(frame_t=NOW + 9, expires_t=NOW + 11),
        Region(BOX, NOW, 0.5, NOW + LONGEST_S),
        (Flaw.BOUNDED,),
    ),
    "more than important": (
        _said(priority=7.0),
        Region(BOX, NOW - 1, 1.0, NOW + 2),
        (Flaw.BOUNDED,),
    ),
    "less than nothing": (
        _said(priority=-1.0),
        Region(BOX, NOW - 1, 0.0, NOW + 2),
        (Flaw.BOUNDED,),
    ),
    "priority NaN": (_said(priority=math.nan), None, (Flaw.NOT_FINITE,)),
    "never expires": (_said(expires_t=math.inf), None, (Flaw.NOT_FINITE,)),
    "text of NaN px": (_said(text_px=math.nan), Region(BOX, NOW - 1, 0.5, NOW + 2), ()),
    "text of no px": (_said(text_px=0.0), Region(BOX, NOW - 1, 0.5, NOW + 2), ()),
    "text": (_said(text_px=14.0), Region(BOX, NOW - 1, 0.5, NOW + 2, 14.0), ()),
    "wrong in two ways": (
        _said(box=(0.3, 0.2, 0.1, 0.1), priority=2.0),
        Region(BOX, NOW - 1, 1.0, NOW + 2),
        (Flaw.REVERSED, Flaw.BOUNDED),
    ),
}


@pytest.mark.parametrize(("said", "region", "flaws"), ONE.values(), ids=ONE.keys())
def test_what_comes_of_one(said: Said, region: Region | None, flaws: tuple[Flaw, ...]) -> None:
    cleaned = clean([said], now=NOW)
    assert cleaned.regions == (() if region is None else (region,))
    assert cleaned.remarks == tuple((0, flaw) for flaw in flaws)


def test_the_most_important_come_first_and_equals_in_their_order() -> None:
    lefts = (0.0, 0.2, 0.4, 0.6)
    said = [
        _said(box=(left, 0.1, left + 0.1, 0.2), priority=priority)
        for left, priority in zip(lefts, (0.5, 1.0, 0.5, 0.7), strict=True)
    ]
    assert [region.box[0] for region in clean(said, now=NOW).regions] == [0.2, 0.6, 0.0, 0.4]


def test_nearly_the_same_box_is_merged_into_the_more_important_one() -> None:
    said = [
        _said(box=(0.1, 0.1, 0.3, 0.2), priority=0.4, frame_t=NOW - 2, text_px=12.0),
        _said(box=(0.11, 0.1, 0.31, 0.2), priority=0.9, expires_t=NOW + 1, text_px=20.0),
    ]
    cleaned = clean(said, now=NOW)
    assert cleaned.regions == (Region((0.1, 0.1, 0.31, 0.2), NOW - 2, 0.9, NOW + 2, 12.0),)
    assert cleaned.remarks == ((0, Flaw.MERGED),)


def test_of_two_hundred_the_most_important_stay() -> None:
    said = [
        _said(
            box=(n % 20 / 20, n // 20 / 10, n % 20 / 20 + 0.05, n // 20 / 10 + 0.1),
            priority=n / 200,
        )
        for n in range(200)
    ]
    cleaned = clean(said, now=NOW)
    assert [region.priority for region in cleaned.regions] == [
        n / 200 for n in range(199, 199 - MOST_REGIONS, -1)
    ]
    assert cleaned.remarks == tuple((n, Flaw.TOO_MANY) for n in range(200 - MOST_REGIONS))


anything = st.one_of(st.floats(), st.floats(-1, 2))
boxes = st.one_of(st.lists(anything, max_size=5), st.tuples(*[st.floats(-0.5, 1.5)] * 4))
times = st.one_of(st.floats(), st.floats(NOW - 30, NOW + 30))


@given(
    said=st.lists(
        st.builds(Said, boxes, times, anything, times, st.one_of(st.none(), anything)), max_size=30
    ),
    at_most=st.integers(0, 20),
)
def test_few_valid_live_regions_go_out_and_each_dropped_one_has_a_reason(
    said: list[Said], at_most: int
) -> None:
    cleaned = clean(said, now=NOW, at_most=at_most)
    assert len(cleaned.regions) <= at_most
    assert all(region.frame_t <= NOW < region.expires_t for region in cleaned.regions)
    priorities = [region.priority for region in cleaned.regions]
    assert priorities == sorted(priorities, reverse=True)
    assert len(said) - len(cleaned.regions) <= len({remark.place for remark in cleaned.remarks})


@pytest.mark.parametrize(
    ("from_px", "to_px", "text_px"),
    [
        ((1280, 720), (640, 360), 7.0),
        ((1280, 720), (1920, 1080), 21.0),
        ((1280, 720), (854, 480), 14 * 480 / 720),
        ((1280, 720), (720, 1280), None),
        ((1280, 720), (640, 480), None),
        ((1280, 720), (0, 0), None),
        ((0, 720), (1280, 720), None),
    ],
    ids=["smaller", "larger", "even sides", "turned", "cropped", "gone", "from nothing"],
)
def test_a_change_of_size_keeps_regions_where_proportions_stay(
    from_px: tuple[int, int], to_px: tuple[int, int], text_px: float | None
) -> None:
    region = Region(BOX, NOW, 1.0, NOW + 1, 14.0)
    changed = after_size_change([region], from_px=from_px, to_px=to_px)
    if text_px is None:
        assert (changed.regions, changed.remarks) == ((), ((0, Flaw.FRAME_CHANGED),))
    else:
        assert [one.box for one in changed.regions] == [BOX]
        assert changed.regions[0].min_text_px == pytest.approx(text_px)


def test_a_region_without_text_has_none_at_another_size_either() -> None:
    region = Region(BOX, NOW, 1.0, NOW + 1)
    changed = after_size_change([region], from_px=(1280, 720), to_px=(640, 360))
    assert changed.regions == (region,)
