"""Saturation: slowly down, at once up, anew with each question, and never beyond the network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_abr.need import TIERS_BPS, NeedWhy
from artic_abr.saturation.prior import SHARES
from artic_abr.saturation.rule import DOWN, LEVEL, MARGIN, SaturationRule

PLENTY = 4e6


def curve(enough_bps: float) -> Callable[[float], float]:
    return lambda bps: min(1.0, max(0.0, 0.8 * bps / enough_bps))


def ask(rule: SaturationRule, truth: Callable[[float], float], looks: int, turn: int = 0) -> None:
    start_t = 100.0 * turn
    rule.on_turn(turn, start_t)
    for look in range(looks):
        now = start_t + look / 2
        at_bps = rule.need(PLENTY, now).bps
        rule.on_readability(truth(at_bps), at_bps=at_bps, turn=turn, now=now)


def test_a_question_starts_with_what_past_ones_needed() -> None:
    need = SaturationRule().need(PLENTY, 0.0)
    assert need.why is NeedWhy.PRIOR
    assert SHARES[1] < LEVEL < SHARES[2]
    assert TIERS_BPS[1] < need.bps / MARGIN < TIERS_BPS[2]


@pytest.mark.parametrize("enough_bps", [250e3, 500e3, 1e6, 2e6])
def test_looks_lead_to_what_is_enough(enough_bps: float) -> None:
    rule = SaturationRule()
    ask(rule, curve(enough_bps), 20)
    assert 0.85 * enough_bps <= rule.need(PLENTY, 10.0).bps <= 1.6 * enough_bps


def test_down_goes_in_steps_and_up_at_once() -> None:
    rule = SaturationRule()
    rule.on_turn(0, 0.0)
    first = rule.need(PLENTY, 0.0).bps
    rule.on_readability(1.0, at_bps=first, turn=0, now=1.0)
    second = rule.need(PLENTY, 1.0)
    assert DOWN * first - 1 <= second.bps < first
    assert second.why is NeedWhy.SATURATED
    rule.on_readability(0.1, at_bps=second.bps, turn=0, now=1.5)
    third = rule.need(PLENTY, 1.5)
    assert third.bps >= 1.14 * second.bps
    assert third.why is NeedWhy.RAISED


def test_a_new_question_forgets_the_last_answer_but_not_the_session() -> None:
    rule = SaturationRule()
    first = rule.need(PLENTY, 0.0).bps
    for turn in range(30):
        ask(rule, curve(250e3), 8, turn)
    rule.on_turn(31, 4000.0)
    assert rule.need(PLENTY, 4000.0).bps < 0.8 * first


def test_a_look_at_the_last_question_says_nothing_about_this_one() -> None:
    rule = SaturationRule()
    rule.on_turn(1, 0.0)
    before = rule.need(PLENTY, 0.0)
    rule.on_readability(0.0, at_bps=3e5, turn=0, now=0.5)
    assert rule.need(PLENTY, 0.5) == before


def test_without_news_it_drifts_up() -> None:
    rule = SaturationRule()
    ask(rule, curve(250e3), 10)
    settled = rule.need(PLENTY, 5.0).bps
    later = [rule.need(PLENTY, t) for t in (9.0, 20.0, 60.0, 300.0)]
    assert [need.bps for need in later] == sorted(need.bps for need in later)
    assert later[-1].bps > 2 * settled
    assert later[0].why is NeedWhy.STALE


def test_one_answer_upside_down_moves_it_little() -> None:
    rule = SaturationRule()
    ask(rule, curve(400e3), 12)
    settled = rule.need(PLENTY, 6.0).bps
    rule.on_readability(0.0, at_bps=settled, turn=0, now=6.5)
    assert rule.need(PLENTY, 6.5).bps < 2 * settled


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(1, 1e8), st.floats(-4000, 4000), st.booleans()),
        max_size=40,
    ),
    st.floats(1e4, 1e7),
)
def test_it_never_asks_for_more_than_is_allowed_and_says_the_same_twice(
    looks: list[tuple[float, float, float, bool]], allowed_bps: float
) -> None:
    rule = SaturationRule()
    for turn, (value, at_bps, now, new) in enumerate(looks):
        if new:
            rule.on_turn(turn, now)
        rule.on_readability(value, at_bps=at_bps, turn=turn, now=now)
        need = rule.need(allowed_bps, now)
        assert 0 < need.bps <= allowed_bps
        assert rule.need(allowed_bps, now) == need


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_what_is_no_share_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        SaturationRule().on_readability(value, at_bps=1, turn=0, now=0)


@pytest.mark.parametrize("bad", [{"level": 1.0}, {"down": 0.0}])
def test_shares_that_make_no_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        SaturationRule(**bad)
