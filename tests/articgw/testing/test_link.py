"""A link serves no faster than it should, keeps order, and loses what it says it loses."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.testing.link import (
    HEADER_BYTES,
    Constant,
    Link,
    LinkSpec,
    Rate,
)
from articgw.testing.loss import RandomLoss
from articgw.testing.traces import Trace, steps

PACKETS = st.lists(st.tuples(st.floats(0, 0.05), st.integers(1, 1472)), min_size=1, max_size=80)
"""Gaps in s, sizes in bytes."""
STEPS = st.lists(
    st.tuples(st.floats(0.01, 0.5), st.sampled_from([0.0, 20e3, 300e3, 5e6])),
    min_size=1,
    max_size=6,
).filter(lambda found: any(bps for _, bps in found))
EPS_S = 1e-7


def _trace(lengths: list[tuple[float, float]]) -> Trace:
    edges_s = [0.0]
    for length_s, _ in lengths:
        edges_s.append(edges_s[-1] + length_s)
    return Trace(edges_s, [bps for _, bps in lengths])


RATES = st.one_of(st.floats(10e3, 10e6).map(Constant), STEPS.map(_trace))
QUEUES = st.sampled_from([{}, {"queue_s": 0.2}, {"queue_bytes": 4000}, {"queue_packets": 5}])


def _run(link: Link, packets: list[tuple[float, int]]) -> list[tuple[float, int, float | None]]:
    now, fates = link.start_t, []
    for gap_s, size_bytes in packets:
        now += gap_s
        fates.append((now, size_bytes, link.on_packet(size_bytes, now)))
    return fates


@given(RATES, QUEUES, st.floats(0, 0.2), st.floats(0, 0.6), PACKETS, st.floats(0, 1e6))
def test_order_rate_queue_and_conservation(
    rate: Rate,
    queue: dict[str, int],
    delay_s: float,
    p: float,
    packets: list[tuple[float, int]],
    start_t: float,
) -> None:
    spec = LinkSpec(rate=rate, delay_s=delay_s, loss=RandomLoss(p), **queue)
    link = Link(spec, start_t)
    now, taken = start_t, []
    for gap_s, size_bytes in packets:
        now += gap_s
        delivery_t = link.on_packet(size_bytes, now)
        assert link.queue_packets(now) <= max(1, spec.limit_packets)
        wire_bytes = size_bytes + HEADER_BYTES
        assert link.queue_bytes(now) <= max(wire_bytes, 1500, spec.limit_bytes)
        if delivery_t is not None:
            assert delivery_t >= now + delay_s - EPS_S
            taken.append((delivery_t - delay_s - start_t, wire_bytes))
    counts = link.counts
    assert counts.packets_in == len(packets)
    assert counts.packets_in == counts.packets_taken + counts.lost + counts.overflowed
    assert counts.packets_taken == len(taken)
    assert counts.bytes_taken == sum(size for _, size in taken) <= counts.bytes_in
    for (before_t, _), (after_t, wire_bytes) in pairwise(taken):
        assert before_t <= after_t
        assert rate.done_at(before_t, wire_bytes * 8 - 2) <= after_t + EPS_S
    end_t = max([now, *(t + start_t for t, _ in taken)]) + EPS_S
    assert link.queue_bytes(end_t) == 0 == link.queue_packets(end_t)


@given(st.integers(0, 2**32), PACKETS)
def test_the_same_seed_is_the_same_fate(seed: int, packets: list[tuple[float, int]]) -> None:
    spec = LinkSpec(rate=500e3, loss=RandomLoss(0.3), queue_packets=4, seed=seed)
    assert _run(Link(spec, 7.0), packets) == _run(Link(spec, 7.0), packets)


def test_headers_take_their_share_of_the_rate() -> None:
    link = Link(LinkSpec(rate=100_000, delay_s=0.025))
    assert link.on_packet(1222, 10.0) == pytest.approx(10.0 + 0.1 + 0.025)
    assert link.on_packet(1222, 10.0) == pytest.approx(10.0 + 0.2 + 0.025)
    assert link.queue_s(10.0) == pytest.approx(0.2)
    assert link.queue_bytes(10.0) == 2500
    assert link.queue_bytes(10.15) == 1250


def test_a_rate_that_changes_while_a_packet_is_served() -> None:
    rate = steps([(0.0, 100_000), (0.05, 0.0), (1.05, 50_000)])
    link = Link(LinkSpec(rate=rate), start_t=100.0)
    assert link.on_packet(1222, 100.0) == pytest.approx(100.0 + 0.05 + 1.0 + 0.1)
    assert link.rate_bps(100.5) == 0.0


def test_without_a_rate_nothing_waits() -> None:
    link = Link(LinkSpec(delay_s=0.1))
    assert [link.on_packet(1400, 5.0) for _ in range(3)] == [5.1] * 3
    assert link.queue_s(5.0) == 0.0
    assert link.rate_bps(5.0) is None


@pytest.mark.parametrize(
    ("limit", "fits"),
    [({"queue_packets": 3}, 3), ({"queue_bytes": 3100}, 2), ({"queue_s": 0.5}, 4)],
)
def test_a_full_queue_drops_the_newest(limit: dict[str, float], fits: int) -> None:
    link = Link(LinkSpec(rate=96_000, **limit))  # type: ignore[arg-type]
    fates = [link.on_packet(1472, 0.0) for _ in range(10)]
    assert [t is not None for t in fates] == [True] * fits + [False] * (10 - fits)
    assert link.counts.overflowed == 10 - fits
    assert link.on_packet(1472, fits * 0.125) is not None


def test_one_packet_always_fits() -> None:
    link = Link(LinkSpec(rate=96_000, queue_bytes=10))
    assert link.on_packet(1400, 0.0) is not None
    assert link.on_packet(1400, 0.0) is None


def test_loss_comes_as_often_as_it_should_and_takes_no_capacity() -> None:
    link = Link(LinkSpec(rate=1e6, loss=RandomLoss(0.1), seed=3))
    fates = _run(link, [(0.02, 1000)] * 5000)
    assert 420 < link.counts.lost < 580
    assert all(t is None or t - now == pytest.approx(1028 * 8 / 1e6) for now, _, t in fates)


def test_a_cut_loses_what_comes_and_nothing_else() -> None:
    link = Link(LinkSpec(rate=96_000))
    assert link.on_packet(1472, 0.0) == pytest.approx(0.125)
    link.cut(5.0, now=0.01)
    assert link.on_packet(1472, 4.9) is None
    assert link.on_packet(1472, 5.1) is not None
    assert (link.counts.lost, link.counts.overflowed) == (1, 0)


def test_what_waits_is_served_by_the_new_rate() -> None:
    link = Link(LinkSpec(rate=1_200_000, delay_s=0.05))
    planned = [link.on_packet(1472, 0.0) for _ in range(4)]
    assert planned == pytest.approx([0.06, 0.07, 0.08, 0.09])
    moved = link.change(LinkSpec(rate=120_000, delay_s=0.01), now=0.025)
    assert moved == pytest.approx([0.135, 0.235])
    assert link.queue_s(0.025) == pytest.approx(0.2)
    assert link.counts.packets_taken == 4


@given(PACKETS, st.integers(0, 40), RATES, RATES, st.floats(0, 0.3), st.floats(0, 0.3))
def test_nothing_overtakes_when_a_link_changes(
    packets: list[tuple[float, int]],
    at: int,
    first: Rate,
    then: Rate,
    early_s: float,
    late_s: float,
) -> None:
    link = Link(LinkSpec(rate=first, delay_s=early_s))
    before = [t for _, _, t in _run(link, packets[:at]) if t is not None]
    now = sum(gap_s for gap_s, _ in packets[:at])
    moved = link.change(LinkSpec(rate=then, delay_s=late_s), now)
    kept = before[: len(before) - len(moved)]
    after = [link.on_packet(size_bytes, now) for _, size_bytes in packets[at:]]
    times = [*kept, *moved, *(t for t in after if t is not None)]
    assert times == sorted(times)


@pytest.mark.parametrize("bps", [0, -1.0, float("nan")])
def test_a_constant_rate_is_above_zero(bps: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Link(LinkSpec(rate=bps))


def test_draws_do_not_disturb_those_of_others() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    _run(Link(LinkSpec(loss=RandomLoss(0.5))), [(0.0, 100)] * 10)
    assert random.random() == expected
