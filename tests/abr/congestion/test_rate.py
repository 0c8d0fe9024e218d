"""Each thing seen has one consequence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from artic_abr.congestion.overuse import Usage
from artic_abr.congestion.rate import KEEP, TRAIN_GROWTH_PER_S, USE, RateControl, Seen
from artic_abr.estimate import EstimateWhy

CALM = Seen(None, 5e5, 0.0, Usage.NORMAL, True, 1.0)


@pytest.mark.parametrize(
    ("seen", "bps", "why"),
    [
        (CALM, 6e5, EstimateWhy.HOLD),
        (replace(CALM, capacity_bps=3e5), USE * 3e5, EstimateWhy.TRAIN),
        (replace(CALM, capacity_bps=9e6), 6e5 * TRAIN_GROWTH_PER_S**0.1, EstimateWhy.GROWTH),
        (replace(CALM, limited=False), 6e5 * 2**0.1, EstimateWhy.GROWTH),
        (replace(CALM, queue_s=0.031), KEEP * 5e5 * 0.9975, EstimateWhy.QUEUE),
        (replace(CALM, usage=Usage.OVER, queue_s=0.02), KEEP * 5e5, EstimateWhy.QUEUE),
        (replace(CALM, usage=Usage.OVER), 6e5, EstimateWhy.HOLD),
        (replace(CALM, loss_factor=0.9), 5.4e5, EstimateWhy.LOSS),
    ],
)
def test_what_follows_from_what_was_seen(seen: Seen, bps: float, why: EstimateWhy) -> None:
    rate = RateControl(6e5, 1e5, 4e6)
    rate.on_seen(CALM, 0.0)
    rate.on_seen(seen, 0.1)
    assert rate.bps == pytest.approx(bps, rel=1e-3)
    assert rate.why is why
