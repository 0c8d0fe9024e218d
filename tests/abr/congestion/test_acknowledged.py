"""What came, per time."""

from __future__ import annotations

import pytest

from artic_abr.congestion.acknowledged import AcknowledgedRate


def test_a_steady_stream_is_its_rate() -> None:
    rate = AcknowledgedRate()
    for step in range(200):
        rate.on_packet(step / 100, 1250)
    assert rate.bps() == pytest.approx(1e6, rel=0.03)


def test_a_clock_set_back_begins_anew() -> None:
    rate = AcknowledgedRate()
    rate.on_packet(3600.0, 1000)
    rate.on_packet(0.0, 500)
    assert rate.bps() == 8000
