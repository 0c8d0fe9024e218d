"""Budgets: what they promise whatever an encoder makes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.client.bits import (
    BURST_S,
    DROP_S,
    LOOK_BITS_PER_BLOCK,
    BitBucket,
    Interval,
    stands_alone,
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


def test_a_lower_rate_forgives_debt_in_proportion_once_the_second_is_over() -> None:
    bucket = BitBucket()
    bucket.budget(rate_bps=1e6, interval_s=1 / 15, now=0.0)
    bucket.spend(3e5)
    drops = [bucket.budget(rate_bps=1e5, interval_s=1 / 15, now=n / 15).drop for n in range(1, 17)]
    assert drops == [True] * 14 + [False] * 2


def test_no_second_that_spans_a_fall_holds_more_than_its_rates_allow() -> None:
    bucket, sent, rates = BitBucket(), [], [1e6] * 20 + [1e5] * 30
    for number, rate_bps in enumerate(rates):
        budget = bucket.budget(rate_bps=rate_bps, interval_s=1 / 15, now=number / 15)
        bits = 0.0 if budget.drop else min(1.2 * budget.bits, budget.most_bits)
        bucket.spend(bits)
        sent.append(bits)
    for n in range(len(sent) - 15):
        assert sum(sent[n : n + 15]) <= 1.05 * sum(rates[n : n + 15]) / 15


@given(RATES, st.sampled_from([1.0, 2.0, 5.0, 15.0, 30.0]))
def test_only_a_keyframe_that_was_asked_for_may_be_large(rate_bps: float, fps: float) -> None:
    budget = BitBucket().budget(rate_bps=rate_bps, interval_s=1 / fps, now=0.0, blocks=3600)
    assert budget.most_bits <= max(3 * rate_bps / fps, 800)
    assert budget.keyframe_bits <= max(8 * rate_bps / fps, 800)


def test_a_deep_debt_leaves_frames_out_until_it_is_paid() -> None:
    bucket = BitBucket()
    bucket.budget(rate_bps=1e5, interval_s=0.1, now=0.0)
    bucket.spend(1e5)
    dropped = [bucket.budget(rate_bps=1e5, interval_s=0.1, now=n / 10).drop for n in range(1, 10)]
    assert dropped == [True] * 6 + [False] * 3 or dropped == [True] * 7 + [False] * 2


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


@given(
    st.lists(st.floats(0.0, 1.6), min_size=40, max_size=80),
    st.sampled_from([(15.0, 15), (5.0, 5), (2.0, 4)]),
)
def test_no_window_holds_more_than_its_rate_and_one_miss(
    misses: list[float], window: tuple[float, int]
) -> None:
    fps, frames = window
    bucket, sent = BitBucket(), []
    for number, miss in enumerate(misses):
        budget = bucket.budget(rate_bps=1e5, interval_s=1 / fps, now=number / fps)
        bits = 0.0 if budget.drop else miss * budget.bits
        bucket.spend(bits)
        sent.append(bits)
    worst = max(sum(sent[n : n + frames]) for n in range(len(sent) - frames + 1))
    assert worst <= 1.03 * 1e5 * frames / fps + 0.6 * max(sent)


def test_what_cannot_be_small_enough_waits_for_its_turn() -> None:
    bucket, taken = BitBucket(), []
    for number in range(60):
        budget = bucket.budget(rate_bps=5e4, interval_s=1 / 15, now=number / 15, least_bits=1e4)
        taken.append(not budget.drop)
        if not budget.drop:
            bucket.spend(1e4)
    for n in range(45):
        assert sum(taken[n : n + 15]) <= 5
    assert sum(taken) >= 15


def test_a_look_stands_alone_where_it_has_the_bits() -> None:
    blocks = 80 * 45
    enough_bps = 2 * LOOK_BITS_PER_BLOCK * blocks
    assert stands_alone(enough_bps, 0.5, blocks)
    assert not stands_alone(0.9 * enough_bps, 0.5, blocks)
    assert not stands_alone(1e7, 0.4, blocks)
