"""Budget and quantiser: what they promise whatever an encoder makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.client.bits import (
    BURST_S,
    DROP_S,
    MAX_QP,
    MIN_QP,
    BitBucket,
    Interval,
    QpIntegrator,
)

RATES = st.floats(30_000, 3_000_000)


@given(RATES, st.lists(st.floats(0.0, 3.0), min_size=30, max_size=90))
def test_an_encoder_that_misses_by_up_to_three_keeps_the_rate(
    rate_bps: float, misses: list[float]
) -> None:
    bucket, sent_bits, interval_s = BitBucket(), 0.0, 1 / 15
    for number, miss in enumerate(misses):
        now = number * interval_s
        budget = bucket.budget(rate_bps=rate_bps, interval_s=interval_s, now=now)
        if not budget.drop:
            bucket.spend(miss * budget.bits)
            sent_bits += miss * budget.bits
    allowed_s = len(misses) * interval_s + DROP_S + 3 * 3 * BURST_S
    assert sent_bits <= rate_bps * allowed_s + 3 * 800 * len(misses)


@given(RATES, st.floats(1.0, 30.0))
def test_the_first_keyframe_is_bounded(rate_bps: float, fps: float) -> None:
    budget = BitBucket().budget(rate_bps=rate_bps, interval_s=1 / fps, now=0.0)
    assert budget.keyframe_bits <= max(rate_bps * max(BURST_S, 1.6 / fps), 800) * 1.001
    assert not budget.drop


def test_a_lower_rate_forgives_debt_in_proportion() -> None:
    bucket = BitBucket()
    bucket.budget(rate_bps=1e6, interval_s=1 / 15, now=0.0)
    bucket.spend(3e5)
    assert not bucket.budget(rate_bps=1e5, interval_s=1 / 15, now=1 / 15).drop


def test_a_deep_debt_leaves_frames_out_until_it_is_paid() -> None:
    bucket = BitBucket()
    bucket.budget(rate_bps=1e5, interval_s=0.1, now=0.0)
    bucket.spend(1e5)
    dropped = [bucket.budget(rate_bps=1e5, interval_s=0.1, now=n / 10).drop for n in range(1, 10)]
    assert dropped == [True] * 6 + [False] * 3 or dropped == [True] * 7 + [False] * 2


@given(st.floats(0.2, 5.0), st.floats(25.0, 45.0))
def test_the_quantiser_finds_the_budget_of_a_steady_scene(slope: float, start_qp: float) -> None:
    octaves_per_qp = 0.15 + slope / 10
    quantiser, bits = QpIntegrator(), 20_000.0
    quantiser.was(start_qp)
    for _ in range(80):
        qp = quantiser.next(20_000.0, bits, 1 / 15)
        bits = 20_000.0 * 2 ** ((33.0 - qp) * octaves_per_qp)
    assert bits == pytest.approx(20_000.0, rel=0.05)


@given(st.lists(st.tuples(st.floats(1, 1e7), st.floats(800, 1e6)), max_size=40))
def test_the_quantiser_stays_in_range(steps: list[tuple[float, float]]) -> None:
    quantiser = QpIntegrator()
    for last_bits, budget_bits in steps:
        assert MIN_QP <= quantiser.next(budget_bits, last_bits, 1 / 15) <= MAX_QP


def test_a_camera_slower_than_asked_gets_more_for_each_frame() -> None:
    interval = Interval()
    for n in range(60):
        interval_s = interval.on_frame(15.0, n / 5)
    assert interval_s == pytest.approx(1 / 5, rel=0.01)
    assert interval.on_frame(30.0, 12.0) == pytest.approx(1 / 30)


def test_a_long_gap_counts_as_a_second() -> None:
    interval = Interval()
    interval.on_frame(15.0, 0.0)
    assert interval.on_frame(15.0, 3600.0) < 0.3
