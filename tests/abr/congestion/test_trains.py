"""A train's spread is the link's rate."""

from __future__ import annotations

import pytest

from artic_abr.congestion.trains import Trains
from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.service import constant


@pytest.mark.parametrize("fps", [30, 5, 2])
@pytest.mark.parametrize("link_bps", [3e5, 1e6, 5e6])
def test_the_rate_is_found_at_any_frame_rate(fps: int, link_bps: float) -> None:
    trains, link = Trains(), Link(LinkShape(constant(link_bps), queue_packets=None))
    for frame in range(4 * fps):
        for place in range(max(2, int(0.5 * link_bps / fps / 9600))):
            sent_t = frame / fps + place * 0.0005
            arrived_t = link.send(sent_t, 1200)
            assert arrived_t is not None
            trains.on_packet(sent_t, arrived_t, 1200, 0.025)
    assert trains.capacity_bps(4.0) == pytest.approx(link_bps, rel=0.12)


def test_a_lonely_packet_that_does_not_wait_says_nothing() -> None:
    trains = Trains()
    for step in range(20):
        trains.on_packet(step / 30, step / 30 + 0.03, 600, 0.025)
    assert trains.capacity_bps(1.0) is None


def test_what_is_old_counts_no_more() -> None:
    trains = Trains()
    for step in range(20):
        trains.on_packet(0.001 * step, 0.03 + 0.01 * step, 1200, 0.025)
    assert trains.capacity_bps(0.3) == pytest.approx(960_000, rel=0.02)
    assert trains.capacity_bps(9.0) is None
    trains.forget()
    assert trains.capacity_bps(0.3) is None
