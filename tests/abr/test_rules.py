"""The rules to compare with."""

from __future__ import annotations

import pytest

from artic_abr.need import NeedWhy
from artic_abr.rules import (
    Everything,
    Exact,
    FixedCap,
    FixedMargin,
    PublishedLive,
    Released,
)
from artic_abr.simulation.reader import Curve

CURVE = Curve((0.2, 0.6, 0.9, 1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("rule", "allowed_bps", "bps"),
    [
        (Everything(), 3e6, 3_000_000),
        (FixedCap(), 3e6, 1_000_000),
        (FixedCap(), 5e5, 500_000),
        (FixedMargin(), 3e6, 2_800_000),
        (FixedMargin(), 3e5, 300_000),
        (Exact(lambda t: 5e5), 3e6, 500_001),
        (Exact(lambda t: 5e5), 3e5, 300_000),
    ],
)
def test_what_a_rule_needs(rule: Everything, allowed_bps: float, bps: int) -> None:
    assert rule.need(allowed_bps, 0.0).bps == bps
    assert rule.need(allowed_bps, 0.0) == rule.need(allowed_bps, 0.0)


def test_the_released_rule_keeps_falls_with_the_network_and_raises_to_the_threshold() -> None:
    rule = Released()
    rule.on_curve(CURVE, 0.0)
    told = [rule.need(allowed, t) for t, allowed in enumerate((9e6, 250e3, 9e6, 9e6))]
    assert [need.bps for need in told] == [4_000_000, 250_000, 540_000, 540_000]
    assert [need.why for need in told] == [
        NeedWhy.READABLE, NeedWhy.NETWORK, NeedWhy.RAISED, NeedWhy.READABLE,
    ]  # fmt: skip


def test_the_released_rule_steps_up_tier_by_tier_where_nothing_is_enough() -> None:
    rule = Released(start_bps=300_000)
    rule.on_curve(Curve((0.1,) * 6), 0.0)
    assert [rule.need(9e6, float(t)).bps for t in range(3)] == [400_000, 610_000, 910_000]


def test_the_live_form_knows_only_answers() -> None:
    rule = PublishedLive(start_bps=400_000)
    rule.on_turn(1, 0.0)
    rule.on_readability(0.3, at_bps=400_000, turn=1, now=1.0)
    assert rule.need(9e6, 1.0) == rule.need(9e6, 1.0)
    assert rule.need(9e6, 1.0).bps > 400_000
