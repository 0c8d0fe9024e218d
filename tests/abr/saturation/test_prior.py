"""What past questions needed."""

from __future__ import annotations

import pytest

from artic_abr.saturation.prior import GRID_BPS, TurnPrior, quantile_bps


def test_it_begins_with_the_published_table() -> None:
    shares = TurnPrior().shares()
    assert sum(shares) == pytest.approx(1.0)
    assert quantile_bps(shares, 0.275) == pytest.approx(200_000, rel=0.1)
    assert quantile_bps(shares, 0.904) == pytest.approx(910_000, rel=0.1)


def test_it_learns_what_is_asked_here() -> None:
    prior = TurnPrior()
    easy = [0.0] * len(GRID_BPS)
    easy[3] = 1.0
    for _ in range(100):
        prior.learn(easy)
    assert quantile_bps(prior.shares(), 0.9) <= GRID_BPS[3]


@pytest.mark.parametrize("level", [0.01, 0.5, 0.999, 1.0])
def test_a_quantile_is_on_the_grid(level: float) -> None:
    assert GRID_BPS[0] <= quantile_bps(TurnPrior().shares(), level) <= GRID_BPS[-1]
