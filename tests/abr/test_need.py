"""The published rule, step by step; and what always holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.need import TIERS_BPS, Need, NeedWhy, PublishedRule


@pytest.mark.parametrize(
    ("start_bps", "allowed_bps", "observed", "want_bps", "why"),
    [
        (1_500_000, 1_000_000, None, 1_000_000, NeedWhy.NETWORK),
        (1_500_000, 5_000_000, None, 1_500_000, NeedWhy.START),
        (400_000, 5_000_000, 0.9, 400_000, NeedWhy.READABLE),
        (400_000, 5_000_000, 0.7, 669_231, NeedWhy.RAISED),
        (400_000, 500_000, 0.7, 500_000, NeedWhy.NETWORK),
        (400_000, 5_000_000, 0.1, 610_000, NeedWhy.RAISED),
        (3_150_000, 5_000_000, 0.1, 3_150_000, NeedWhy.RAISED),
    ],
    ids=[
        "the network wins",
        "nothing observed: it stays",
        "readable: it stays although more is allowed",
        "unreadable: raised to where it can be read",
        "but not above the network",
        "nothing would be enough: one tier up",
        "at the last tier it stays",
    ],
)
def test_a_step_of_the_rule(
    start_bps: int, allowed_bps: int, observed: float | None, want_bps: int, why: NeedWhy
) -> None:
    rule = PublishedRule(start_bps)
    if observed is not None:
        rule.on_readability(observed, at_bps=start_bps)
    need = rule.decide(allowed_bps)
    assert need.bps == pytest.approx(want_bps, rel=0.01)
    assert need.why is why


def test_it_steps_once_per_answer_and_not_by_itself() -> None:
    rule = PublishedRule(200_000)
    rule.on_readability(0.0, at_bps=200_000)
    assert [rule.decide(9e6).bps for _ in range(3)] == [400_000] * 3


def test_a_new_question_forgets_what_the_last_one_showed() -> None:
    rule = PublishedRule(910_000)
    rule.on_readability(0.3, at_bps=910_000)
    rule.on_question()
    assert rule.decide(9e6) == Need(910_000, NeedWhy.READABLE)


def test_what_the_network_took_it_gives_back() -> None:
    rule = PublishedRule(1_500_000)
    allowed = (9e6, 200e3, 9e6)
    assert [rule.decide(bps).bps for bps in allowed] == [1_500_000, 200_000, 1_500_000]


@given(
    observations=st.lists(st.tuples(st.floats(0, 1), st.floats(50e3, 5e6)), max_size=20),
    start_bps=st.integers(50_000, 4_000_000),
)
def test_it_never_asks_for_more_than_the_network_allows(
    observations: list[tuple[float, float]], start_bps: int
) -> None:
    rule = PublishedRule(start_bps)
    for value, allowed_bps in observations:
        before = rule.decide(allowed_bps).bps
        rule.on_readability(value, at_bps=before)
        need = rule.decide(allowed_bps)
        assert need.bps <= allowed_bps
        assert need.bps >= before, "it never steps down by itself"
        assert need.bps <= max(start_bps, TIERS_BPS[-1])


def test_a_readability_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.\.1"):
        PublishedRule(1).on_readability(1.5, at_bps=1)
