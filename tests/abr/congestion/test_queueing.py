"""Waiting is what is beyond the fastest."""

from __future__ import annotations

import pytest

from artic_abr.congestion.queueing import QueueingDelay


def test_the_fastest_packet_is_the_empty_link() -> None:
    delay = QueueingDelay()
    told = [delay.on_packet(t, t + 100 + d) for t, d in ((0, 0.05), (1, 0.03), (2, 0.08))]
    assert told == pytest.approx([0.0, 0.0, 0.05])


def test_an_old_minimum_is_forgotten() -> None:
    delay = QueueingDelay()
    delay.on_packet(0.0, 0.01)
    told = [delay.on_packet(float(t), t + 0.1) for t in range(1, 40)]
    assert told[0] == pytest.approx(0.09)
    assert told[-1] == pytest.approx(0.0)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_clock_that_was_set_begins_anew(jump_s: float) -> None:
    delay = QueueingDelay()
    delay.on_packet(1.0, 1.05)
    assert delay.on_packet(2.0, 2.05 + jump_s) == 0.0
    assert delay.jumped
