"""A queue does what the closed form says."""

from __future__ import annotations

import pytest

from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.service import constant

MEGABIT = constant(1e6)


def test_packets_wait_for_those_before() -> None:
    link = Link(LinkShape(MEGABIT, propagation_s=0.02))
    assert [link.send(0.0, 1250), link.send(0.0, 1250)] == pytest.approx([0.03, 0.04])
    assert link.waits_s(0.0) == pytest.approx(0.02)


def test_what_does_not_fit_is_dropped_by_packets_or_by_time() -> None:
    by_packets = Link(LinkShape(MEGABIT, queue_packets=3))
    assert [by_packets.send(0.0, 1250) is None for _ in range(4)] == [False] * 3 + [True]
    by_time = Link(LinkShape(MEGABIT, queue_packets=None, queue_s=0.025))
    assert [by_time.send(0.0, 1250) is None for _ in range(4)] == [False] * 3 + [True]


def test_jitter_never_reorders_but_reordering_does() -> None:
    shape = LinkShape(constant(1e9), jitter_s=0.005)
    jittered = Link(shape, seed=1)
    arrivals = [jittered.send(k / 1000, 100) or 0.0 for k in range(500)]
    assert arrivals == sorted(arrivals)
    mixed = Link(LinkShape(constant(1e9), reordered=0.2), seed=1)
    shuffled = [mixed.send(k / 1000, 100) or 0.0 for k in range(500)]
    assert shuffled != sorted(shuffled)


def test_a_share_is_lost_and_the_same_share_with_the_same_seed() -> None:
    shape = LinkShape(constant(1e9), loss=0.1)
    lost = []
    for _ in range(2):
        link = Link(shape, seed=5)
        lost.append([link.send(k / 1000, 100) is None for k in range(2000)])
    assert lost[0] == lost[1]
    assert 0.08 < sum(lost[0]) / 2000 < 0.12


@pytest.mark.parametrize("burst", [1.0, 2.0, 8.0])
def test_losses_come_in_runs_of_that_length_and_no_more_of_them(burst: float) -> None:
    link = Link(LinkShape(constant(1e9), queue_packets=None, loss=0.1, burst_packets=burst), seed=2)
    lost = [link.send(k / 1000, 100) is None for k in range(60_000)]
    runs = sum(now and not before for before, now in zip([False, *lost], lost, strict=False))
    assert sum(lost) / len(lost) == pytest.approx(0.1, rel=0.12)
    wanted = burst if burst > 1 else 1 / 0.9
    assert sum(lost) / runs == pytest.approx(wanted, rel=0.1)


def test_cross_traffic_takes_its_part() -> None:
    link = Link(LinkShape(MEGABIT, queue_packets=None, other_bps=5e5))
    arrived_t = [link.send(k * 0.1, 6250) or 0.0 for k in range(50)]
    assert arrived_t[-1] - 4.9 > 0.08
