"""The chance of loss at a time."""

from __future__ import annotations

import pytest

from articgw.testing.loss import Bursts, Loss, Losses, NoLoss, Outages, RandomLoss

LOSSES: list[tuple[Loss, float, float]] = [
    (NoLoss(), 3.0, 0.0),
    (RandomLoss(0.2), 3.0, 0.2),
    (Bursts(0.4, burst_s=1.5, every_s=8), 1.4, 0.4),
    (Bursts(0.4, burst_s=1.5, every_s=8), 1.6, 0.0),
    (Bursts(0.4, burst_s=1.5, every_s=8), 8.1, 0.4),
    (Bursts(0.4, burst_s=1.5, every_s=8, from_s=3), 1.0, 0.0),
    (Outages([(1, 2), (5, 6)]), 1.5, 1.0),
    (Outages([(1, 2), (5, 6)]), 2.0, 0.0),
    (Losses([RandomLoss(0.5), RandomLoss(0.5)]), 0.0, 0.75),
]


@pytest.mark.parametrize(("loss", "t", "chance"), LOSSES)
def test_the_chance_of_loss(loss: Loss, t: float, chance: float) -> None:
    assert loss.chance(t) == pytest.approx(chance)
