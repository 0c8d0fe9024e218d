"""One decision from need, attention and regions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Allocator, Region, Steer, SteerWhy, Treatment
from artic_codecs.allocator import (
    ASKED_FPS,
    IDLE_BPS,
    IDLE_FPS,
    LEAST_FPS,
    SAME_PLACE,
    STALLED_FPS,
)
from artic_codecs.overview import FRESH_FPS, SMALL_PX
from artic_codecs.steer import SizeWhy


@pytest.mark.parametrize(
    ("need_bps", "asked", "cap_bps", "fps"),
    [
        (1_500_000, True, 1_500_000, ASKED_FPS),
        (200_000, True, 200_000, 5.0),
        (50_000, True, 50_000, LEAST_FPS),
        (1_500_000, False, IDLE_BPS, IDLE_FPS),
        (60_000, False, 60_000, IDLE_FPS),
    ],
    ids=["plenty", "thin: fewer frames", "very thin", "idle", "idle and thin"],
)
def test_a_decision(need_bps: int, asked: bool, cap_bps: int, fps: float) -> None:
    steer = Allocator().decide(need_bps=need_bps, asked=asked, regions=(), now=0.0)
    assert (steer.cap_bps, steer.fps) == (cap_bps, fps)
    assert steer.why is (SteerWhy.ASKED if asked else SteerWhy.IDLE)


def test_into_a_link_that_has_stopped_frames_go_seldom_and_as_large_as_before() -> None:
    decide = Allocator().decide
    for need_bps, asked, why, fps in (
        (600_000, True, SteerWhy.STALLED, STALLED_FPS),
        (50_000, True, SteerWhy.ASKED, LEAST_FPS),
        (600_000, False, SteerWhy.IDLE, IDLE_FPS),
    ):
        usual = decide(need_bps=need_bps, asked=asked, regions=(), now=0.0)
        steer = decide(need_bps=need_bps, asked=asked, regions=(), now=0.0, stalled=True)
        assert (steer.why, steer.fps) == (why, fps)
        assert steer.cap_bps / steer.fps == pytest.approx(usual.cap_bps / usual.fps)


def test_small_moves_are_not_worth_a_message() -> None:
    allocator = Allocator()
    seqs = [
        allocator.decide(need_bps=need, asked=True, regions=(), now=0.0).seq
        for need in (1_000_000, 1_040_000, 960_000, 1_200_000)
    ]
    assert seqs == [1, 1, 1, 2]


def test_a_region_goes_when_it_has_expired() -> None:
    allocator = Allocator()
    region = Region((0.1, 0.1, 0.2, 0.2), 0.0, 1.0, expires_t=3.0)
    decide = allocator.decide
    assert decide(need_bps=10**6, asked=True, regions=(region,), now=1.0).regions == (region,)
    assert decide(need_bps=10**6, asked=True, regions=(region,), now=3.0).regions == ()


SIGN = Region((0.1, 0.1, 0.2, 0.2), 0.0, 1.0, expires_t=3.0)
QP, PACKED = frozenset({"regions-qp"}), frozenset({"regions-packed"})


@pytest.mark.parametrize(
    ("need_bps", "can", "question_open", "how"),
    [
        (50_000, frozenset(), True, Treatment.WHOLE),
        (50_000, PACKED, True, Treatment.PACKED),
        (50_000, PACKED, False, Treatment.WHOLE),
        (60_000, PACKED, True, Treatment.PACKED),
        (120_000, PACKED, True, Treatment.WHOLE),
        (150_000, PACKED, True, Treatment.WHOLE),
        (1_500_000, PACKED, True, Treatment.WHOLE),
        (50_000, QP, True, Treatment.QP),
        (50_000, QP, False, Treatment.QP),
        (50_000, QP | PACKED, True, Treatment.QP),
        (75_000, QP | PACKED, True, Treatment.QP),
        (200_000, QP | PACKED, True, Treatment.QP),
        (1_500_000, QP | PACKED, True, Treatment.WHOLE),
    ],
)
def test_the_thinner_the_link_the_more_goes_into_the_region(
    need_bps: int, can: frozenset[str], question_open: bool, how: Treatment
) -> None:
    allocator = Allocator()
    steer = allocator.decide(
        need_bps=need_bps,
        asked=True,
        regions=(SIGN,),
        now=0.0,
        can=can,
        question_open=question_open,
    )
    assert steer.how is how


@pytest.mark.parametrize(
    ("need_bps", "can", "waits"),
    [
        (50_000, QP, True),
        (60_000, PACKED, True),
        (75_000, QP | PACKED, True),
        (50_000, frozenset(), False),
        (120_000, PACKED, True),
        (200_000, PACKED, False),
        (200_000, QP, False),
        (1_500_000, QP | PACKED, False),
    ],
)
def test_whether_a_link_is_thin_has_nothing_to_do_with_what_it_carries_now(
    need_bps: int, can: frozenset[str], waits: bool
) -> None:
    allocator = Allocator()
    for sent_bps in (30_000, 200_000, 5_000_000):
        allocator.decide(
            need_bps=sent_bps, asked=True, regions=(SIGN,), now=0.0, can=can, question_open=True
        )
        assert allocator.treats(need_bps=need_bps, can=can) == waits


LIKELY, OTHER = SIGN, replace(SIGN, box=(0.5, 0.1, 0.6, 0.2), priority=0.6 * SIGN.priority)


@pytest.mark.parametrize(
    ("need_bps", "can", "regions", "how", "shown"),
    [
        (50_000, PACKED, (OTHER, LIKELY), Treatment.PACKED, (LIKELY,)),
        (50_000, QP | PACKED, (LIKELY,), Treatment.QP, (LIKELY,)),
        (50_000, QP | PACKED, (OTHER, LIKELY), Treatment.QP, (OTHER, LIKELY)),
        (100_000, PACKED, (OTHER, LIKELY), Treatment.WHOLE, (OTHER, LIKELY)),
    ],
    ids=["the likeliest", "one place", "several, in whole frames", "whole frames show all"],
)
def test_a_window_is_for_one_place_and_taken_where_that_is_likely(
    need_bps: int,
    can: frozenset[str],
    regions: tuple[Region, ...],
    how: Treatment,
    shown: tuple[Region, ...],
) -> None:
    steer = Allocator().decide(
        need_bps=need_bps,
        asked=True,
        regions=regions,
        now=0.0,
        can=can | {"size"},
        question_open=True,
    )
    assert (steer.how, steer.regions) == (how, shown)


def test_without_a_region_the_frame_is_whole() -> None:
    steer = Allocator().decide(
        need_bps=50_000, asked=True, regions=(), now=0.0, can=QP, question_open=True
    )
    assert steer.how is Treatment.WHOLE


def test_a_treatment_is_kept_a_little_past_its_border() -> None:
    allocator = Allocator()

    def how(need_bps: int) -> Treatment:
        return allocator.decide(
            need_bps=need_bps,
            asked=True,
            regions=(SIGN,),
            now=0.0,
            can=PACKED,
            question_open=True,
        ).how

    hows = [how(bps) for bps in (400_000, 68_000, 72_500, 400_000, 72_500)]
    assert hows == [Treatment(one) for one in ("whole", "packed", "packed", "whole", "whole")]


@pytest.mark.parametrize(
    ("share", "seqs"), [(SAME_PLACE * 0.9, [1, 1]), (SAME_PLACE * 1.1, [1, 2])]
)
def test_a_region_that_hardly_moves_is_not_worth_a_message(share: float, seqs: list[int]) -> None:
    allocator, moved = Allocator(), replace(SIGN, box=(0.1 + 0.1 * share, 0.1, 0.2, 0.2))
    steers = [
        allocator.decide(need_bps=50_000, asked=True, regions=(region,), now=0.0, can=QP)
        for region in (SIGN, moved)
    ]
    assert [steer.seq for steer in steers] == seqs


ALL = QP | PACKED | {"size"}
BRIGHT = replace(SIGN, priority=0.2)


def thin(allocator: Allocator, **more: object) -> Steer:
    given = {"need_bps": 50_000, "asked": True, "regions": (), "now": 0.0, "can": ALL} | more
    return allocator.decide(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "size_px", "fps", "why"),
    [
        ({}, SMALL_PX, 2.0, SizeWhy.THIN),
        ({"question_open": True}, SMALL_PX, FRESH_FPS, SizeWhy.FRESH),
        ({"need_bps": 25_000, "question_open": True}, SMALL_PX, 1.0, SizeWhy.THIN),
        ({"asked": False}, SMALL_PX, IDLE_FPS, SizeWhy.THIN),
        ({"can": QP | PACKED}, None, LEAST_FPS, SizeWhy.READABLE),
        ({"can": QP | {"size"}}, None, LEAST_FPS, SizeWhy.READABLE),
        ({"need_bps": 200_000}, None, 5.0, SizeWhy.READABLE),
        ({"need_bps": 1_500_000, "asked": False}, None, IDLE_FPS, SizeWhy.READABLE),
        ({"need_bps": 100_000, "question_open": True}, None, FRESH_FPS, SizeWhy.READABLE),
        ({"regions": (SIGN,), "question_open": True}, None, 5.0, SizeWhy.AIMED),
    ],
)
def test_while_no_place_is_known_a_thin_link_carries_few_and_small_frames(
    more: dict[str, object], size_px: tuple[int, int] | None, fps: float, why: SizeWhy
) -> None:
    steer = thin(Allocator(), **more)
    assert (steer.size_px, steer.fps, steer.size_why) == (size_px, fps, why)


@pytest.mark.parametrize(
    ("more", "how", "regions"),
    [
        ({}, Treatment.QP, (BRIGHT,)),
        ({"can": PACKED | {"size"}}, Treatment.WHOLE, ()),
        ({"asked": False}, Treatment.WHOLE, ()),
        ({"need_bps": 1_500_000}, Treatment.WHOLE, ()),
        ({"now": 3.0}, Treatment.WHOLE, ()),
        ({"regions": (SIGN,), "question_open": True}, Treatment.QP, (SIGN,)),
        ({"regions": (SIGN,)}, Treatment.QP, (SIGN,)),
    ],
    ids=["thin", "cannot", "idle", "readable", "expired", "a place is known", "and was asked for"],
)
def test_what_stands_out_is_coded_better_until_a_place_is_known(
    more: dict[str, object], how: Treatment, regions: tuple[Region, ...]
) -> None:
    steer = thin(Allocator(), salient=(BRIGHT,), **more)
    assert (steer.how, steer.regions) == (how, regions)


def test_a_question_makes_frames_finer_in_time_and_keeps_their_size() -> None:
    allocator = Allocator()
    likely, open_, again = (thin(allocator, question_open=o) for o in (False, True, True))
    assert (likely.seq, open_.seq, again.seq) == (1, 2, 2)
    assert likely.size_px == open_.size_px


@given(needs=st.lists(st.tuples(st.integers(1, 10**7), st.booleans()), min_size=1, max_size=20))
def test_the_cap_stays_at_the_need_or_below_within_what_is_not_worth_a_message(
    needs: list[tuple[int, bool]],
) -> None:
    allocator = Allocator()
    seq = 0
    for need_bps, asked in needs:
        steer = allocator.decide(need_bps=need_bps, asked=asked, regions=(), now=0.0)
        assert steer.cap_bps <= need_bps * 1.06 + 1
        assert steer.seq >= seq
        seq = steer.seq


SPARING = frozenset({"cap", "fps", "regions-qp"})


@pytest.mark.parametrize(
    ("need_bps", "more", "spares"),
    [
        (1_500_000, {}, True),
        (1_500_000, {"unread": True}, False),
        (1_500_000, {"regions": ()}, False),
        (1_500_000, {"can": frozenset({"cap", "regions-qp"})}, False),
        (60_000, {}, False),
    ],
    ids=["a place", "not read", "no place", "frames stay many", "too little"],
)
def test_once_a_place_is_known_the_cap_is_what_it_takes_to_read_it(
    need_bps: int, more: dict[str, object], spares: bool
) -> None:
    known: dict[str, object] = {
        "asked": True,
        "regions": (Region((0.4, 0.4, 0.5, 0.45), 0.0, 1.0, 5.0, 12.0),),
        "now": 0.0,
        "can": SPARING,
        "question_open": True,
    }
    steer = Allocator().decide(need_bps=need_bps, **{**known, **more})  # type: ignore[arg-type]
    assert steer.cap_bps < 0.2 * need_bps if spares else steer.cap_bps == need_bps


@pytest.mark.parametrize("height_px", [12.0, 30.0, None])
def test_what_can_be_read_in_whole_frames_is_not_packed_to_spare_bits(
    height_px: float | None,
) -> None:
    steer = Allocator().decide(
        need_bps=1_500_000,
        asked=True,
        regions=(Region((0.4, 0.4, 0.5, 0.45), 0.0, 1.0, 5.0, height_px),),
        now=0.0,
        can=frozenset({"cap", "fps", "regions-packed"}),
        question_open=True,
    )
    assert (steer.how, steer.cap_bps < 750_000) == (Treatment.WHOLE, True)
