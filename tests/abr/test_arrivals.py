"""The estimator against a link of its own: one queue, a rate, and a delay."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_abr import ArrivalEstimator, Estimate, EstimateWhy

PACKET_BYTES = 1250
TICK = 1 << 18
ONE_WAY_S = 0.025


def send(
    estimator: ArrivalEstimator,
    link_bps: Callable[[float], float],
    *,
    seconds: float,
    fps: float = 15.0,
    most_bps: float = 1e9,
    clock_s: float = 7.0,
    jitter_s: float = 0.0,
    start_t: float = 0.0,
) -> list[tuple[float, Estimate, float]]:
    """A sender that obeys one round trip later; returns (t, estimate, queue in the link s)."""
    rng = random.Random(3)
    free_t = start_t
    heard: list[tuple[float, float]] = []
    allowed_bps = 600_000.0
    log = []
    arrivals: list[tuple[float, float, int]] = []
    for frame in range(int(seconds * fps)):
        t = start_t + frame / fps
        allowed_bps = next((bps for at, bps in reversed(heard) if at <= t), allowed_bps)
        left = int(min(allowed_bps, most_bps) / fps / 8)
        sent_t = t
        while left > 0:
            size = min(left, PACKET_BYTES)
            left -= size
            free_t = max(free_t, sent_t) + 8 * size / link_bps(sent_t)
            late_s = rng.random() * jitter_s
            arrivals.append((free_t + ONE_WAY_S + late_s, sent_t, size))
            sent_t += 8 * size / (2.5 * max(allowed_bps, 100_000))
        now = t + 1 / fps
        for arrived_t, at, size in [a for a in arrivals if a[0] <= now]:
            send_time = int((at + clock_s) * TICK) & 0xFFFFFF
            estimator.on_packet(send_time, size, now=arrived_t)
            heard.append((arrived_t + ONE_WAY_S, estimator.decide(now=arrived_t).bps))
        arrivals = [a for a in arrivals if a[0] > now]
        estimate = estimator.decide(now=now)
        heard.append((now + ONE_WAY_S, estimate.bps))
        log.append((now, estimate, max(0.0, free_t - now)))
    return log


def test_it_starts_with_what_it_is_told() -> None:
    estimate = ArrivalEstimator(600_000).decide(now=0.0)
    assert (estimate.bps, estimate.why) == (600_000, EstimateWhy.START)


def test_an_idle_link_gives_a_megabit_within_a_second() -> None:
    log = send(ArrivalEstimator(600_000), lambda t: 20e6, seconds=3)
    assert next(t for t, estimate, _ in log if estimate.bps >= 1_000_000) <= 1.0
    assert log[-1][1].bps >= 2_000_000


def test_a_thin_link_is_seen_in_the_first_train_and_its_queue_is_gone_in_two_seconds() -> None:
    log = send(ArrivalEstimator(600_000), lambda t: 200e3, seconds=10)
    assert next(t for t, estimate, _ in log if estimate.bps <= 200_000) <= 0.4
    assert max(queue for t, _, queue in log if t >= 2) <= 0.3
    settled = [estimate.bps for t, estimate, _ in log if t >= 4]
    assert 100_000 <= min(settled) and max(settled) <= 230_000


@pytest.mark.parametrize("to_bps", [150e3, 300e3, 500e3])
def test_a_link_that_falls_is_followed_and_drained(to_bps: float) -> None:
    def link(t: float) -> float:
        return 2e6 if t < 10 else to_bps

    log = send(ArrivalEstimator(600_000), link, seconds=20, most_bps=1_200_000)
    assert next(t for t, estimate, _ in log if t >= 10 and estimate.bps <= to_bps) <= 11.0
    assert max(queue for t, _, queue in log if t >= 14) <= 0.3


def test_what_an_outage_took_is_soon_given_back() -> None:
    def link(t: float) -> float:
        return 60e3 if 10 <= t < 14 else 2e6

    log = send(ArrivalEstimator(600_000), link, seconds=40, most_bps=1_200_000)
    drained_t = next(t for t, _, queue in reversed(log) if queue > 0.03)
    back_t = next(t for t, estimate, _ in log if t > drained_t and estimate.bps >= 800_000)
    assert back_t - drained_t <= 4.0


def test_a_sender_that_uses_little_loses_nothing() -> None:
    estimator = ArrivalEstimator(600_000)
    before = send(estimator, lambda t: 20e6, seconds=4, most_bps=1_500_000)[-1][1].bps
    log = send(estimator, lambda t: 20e6, seconds=30, fps=1, most_bps=100_000, start_t=4.0)
    assert all(estimate.bps >= before for _, estimate, _ in log)
    assert log[-1][1].why in (EstimateWhy.HOLD, EstimateWhy.TRAIN)


def test_a_late_event_loop_is_not_a_queue() -> None:
    log = send(ArrivalEstimator(600_000), lambda t: 20e6, seconds=10, jitter_s=0.02)
    assert log[-1][1].bps >= 1_500_000
    assert all(estimate.why is not EstimateWhy.QUEUE for _, estimate, _ in log)


@pytest.mark.parametrize(
    ("lost_share", "burst_s", "why"), [(0.4, 20.0, EstimateWhy.LOSS), (0.4, 1.5, None)]
)
def test_loss_counts_when_it_lasts(
    lost_share: float, burst_s: float, why: EstimateWhy | None
) -> None:
    estimator = ArrivalEstimator(600_000)
    estimates = []
    for step in range(2000):
        now = step / 100
        if now % 8 < burst_s and step % 5 < 5 * lost_share:
            estimator.on_lost(1, now=now)
        else:
            estimator.on_packet(int(now * TICK) & 0xFFFFFF, 1000, now=now)
        estimates.append(estimator.decide(now=now))
    assert (EstimateWhy.LOSS in {estimate.why for estimate in estimates}) is (why is not None)
    assert (estimates[-1].bps < 500_000) is (why is not None)


def test_without_send_times_only_the_cap_holds() -> None:
    estimator = ArrivalEstimator(600_000, ceiling_bps=2_000_000)
    estimator.on_packet(None, 1200, now=0.0)
    estimate = estimator.decide(now=0.0)
    assert (estimate.bps, estimate.why) == (2_000_000, EstimateWhy.UNTIMED)


def test_the_senders_clock_may_wrap() -> None:
    log = send(ArrivalEstimator(600_000), lambda t: 20e6, seconds=6, clock_s=61.0)
    assert all(estimate.queue_ms < 100 for _, estimate, _ in log)


@settings(max_examples=30)
@given(
    rates=st.lists(st.floats(30e3, 5e6), min_size=1, max_size=6),
    fps=st.sampled_from([1.0, 5.0, 15.0, 30.0]),
    jitter_s=st.floats(0, 0.05),
)
def test_it_stays_between_floor_and_ceiling(
    rates: list[float], fps: float, jitter_s: float
) -> None:
    estimator = ArrivalEstimator(600_000, floor_bps=50_000, ceiling_bps=2_500_000)
    log = send(
        estimator,
        lambda t: rates[int(t) % len(rates)],
        seconds=len(rates),
        fps=fps,
        jitter_s=jitter_s,
    )
    for _, estimate, _ in log:
        assert 50_000 <= estimate.bps <= 2_500_000
        assert estimate.queue_ms >= 0


@pytest.mark.parametrize("bad", [{"floor_bps": 0}, {"ceiling_bps": 1000}])
def test_limits_that_make_no_sense_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        ArrivalEstimator(600_000, **bad)
