"""From what was read to what a look needs, in a call."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr import LookQuality, LookSource, NeedWhy, Readability, ReadabilitySource
from articgw.look_need import EXPIRES_S, PAYS, USUAL_BPS, USUAL_DB, LookNeed

ALL_BPS = 1e9
BEGINS_BPS = 1_500_000


def said(value: float | None, db: float | None = None) -> Readability:
    look = None if db is None else LookQuality(db, LookSource.QP)
    return Readability(value, ReadabilitySource.RECOGNITION, "1", 0.0, 0.0, look)


def asked() -> LookNeed:
    need = LookNeed()
    need.on_turn(now=0.0)
    need.on_open(now=0.0)
    return need


def test_a_call_begins_with_what_most_questions_need_and_time_alone_changes_nothing() -> None:
    need = LookNeed()
    begins = need.need(ALL_BPS, now=0.0)
    assert begins.bps == pytest.approx(BEGINS_BPS, rel=0.05)
    assert begins.why is NeedWhy.PRIOR
    assert need.need(ALL_BPS, now=1e5) == begins
    assert need.need(200_000, now=0.0).why is NeedWhy.NETWORK


@pytest.mark.parametrize(
    ("value", "at_bps", "db", "least_bps", "most_bps"),
    [
        (1.0, 1_500_000, None, 900_000, 1_490_000),
        (0.2, 1_500_000, None, 1_720_000, 9_999_999),
        (0.2, 300_000, None, 345_000, 9_999_999),
        (None, 300_000, None, 1_400_000, 1_600_000),
        (1.0, 1_500_000, 45.0, 500_000, 1_000_000),
        (0.2, 1_000_000, 28.0, 1_150_000, 9_999_999),
    ],
    ids=[
        "read: down, not far",
        "not read: up at once",
        "more than it had, at least",
        "unsaid: as it was",
        "a picture that costs little: the same quality for less",
        "one that costs much, unread",
    ],
)
def test_one_look(
    value: float | None, at_bps: float, db: float | None, least_bps: float, most_bps: float
) -> None:
    need = asked()
    need.on_readability(said(value, db), at_bps=at_bps, now=1.0)
    assert least_bps <= need.need(ALL_BPS, now=1.0).bps <= most_bps


def test_need_is_told_as_quality_too() -> None:
    need = asked()
    first_db = need.need_db(now=0.0)
    rate_bps = need.need(ALL_BPS, now=0.0).bps
    assert first_db == pytest.approx(USUAL_DB + 4.3 * math.log2(rate_bps / USUAL_BPS), abs=0.1)
    need.on_readability(said(0.1, first_db), at_bps=rate_bps, now=0.1)
    assert need.need_db(now=0.1) > first_db


def test_what_was_said_of_an_open_question_grows_stale_and_not_while_none_is_open() -> None:
    need = asked()
    need.on_readability(said(1.0), at_bps=BEGINS_BPS, now=1.0)
    told = need.need(ALL_BPS, now=2.0)
    need.on_closed(now=2.0)
    assert need.need(ALL_BPS, now=1000.0) == told
    need.on_open(now=1000.0)
    assert need.need(ALL_BPS, now=1050.0) == told, "nothing was said of that one yet"
    need.on_readability(said(1.0), at_bps=BEGINS_BPS, now=1050.0)
    told = need.need(ALL_BPS, now=1050.0)
    later = need.need(ALL_BPS, now=1060.0)
    assert later.why is NeedWhy.STALE and later.bps > told.bps


def test_what_is_said_of_an_old_look_is_not_used() -> None:
    need = asked()
    old = Readability(1.0, ReadabilitySource.RECOGNITION, "1", 0.0, EXPIRES_S + 0.1)
    before = need.need(ALL_BPS, now=20.0)
    need.on_readability(old, at_bps=BEGINS_BPS, now=20.0)
    assert need.need(ALL_BPS, now=20.0) == before


def test_what_it_would_be_leaves_it_as_it_is() -> None:
    need = asked()
    before = need.need(ALL_BPS, now=1.0)
    assert need.after(said(0.1), at_bps=BEGINS_BPS, now=1.0).bps > before.bps
    assert need.need(ALL_BPS, now=1.0) == before


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(0, 1),
            st.none() | st.floats(0, 60),
            st.floats(1e3, 1e8),
            st.floats(-4000, 4000),
            st.booleans(),
        ),
        max_size=20,
    ),
    st.floats(3e4, 1e7),
)
def test_whatever_is_said_and_whatever_the_clock_does_the_need_is_within_what_is_allowed(
    looks: list[tuple[float | None, float | None, float, float, bool]], allowed_bps: float
) -> None:
    need, now = asked(), 5000.0
    for value, db, at_bps, step_s, turns in looks:
        now += step_s
        if turns:
            need.on_turn(now=now)
        need.on_readability(said(value, db), at_bps=at_bps, now=now)
        wanted = need.need(allowed_bps, now=now)
        assert 0 < wanted.bps <= allowed_bps
        assert wanted == need.need(allowed_bps, now=now)
        assert need.need(math.inf, now=now).bps > 50_000 / PAYS
        assert math.isfinite(need.need_db(now=now))
