"""Much loss lowers the rate, a little does not."""

from __future__ import annotations

import pytest

from artic_abr.congestion.loss import Loss


@pytest.mark.parametrize(("lost", "falls"), [(0, False), (5, False), (20, True), (50, True)])
def test_what_a_share_does_in_a_second(lost: int, falls: bool) -> None:
    loss = Loss()
    factors = [loss.on_packets(100 - lost, lost, now=0.1 * step) for step in range(12)]
    expected = 1 - lost / 200 if falls else 1.0
    assert min(factors) == pytest.approx(expected)
    assert sum(factor < 1 for factor in factors) == falls


def test_a_few_packets_are_no_share() -> None:
    loss = Loss()
    assert [loss.on_packets(1, 1, now=float(t)) for t in range(4)] == [1.0] * 4
