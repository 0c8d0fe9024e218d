"""Figures of real time from what was recorded."""

from __future__ import annotations

import pytest

from artic_abr.simulation.service import from_bins
from tests.bench._abr_live import LIVE_ARMS, latencies_s, rate_of
from tests.bench._live_recorder import Seen


def seen(number: int, t: float) -> Seen:
    return Seen(t, (1280, 720), number, 40.0)


def test_a_frame_that_never_came_is_answered_for_by_the_next_one() -> None:
    captured = [(n, n / 10) for n in range(10)]
    frames = [seen(0, 0.05), seen(2, 0.30), seen(5, 0.60)]
    waits = latencies_s(frames, captured, from_t=0.0, to_t=1.0)
    assert waits == pytest.approx([0.05, 0.2, 0.1, 0.3, 0.2, 0.1])


def test_numbers_come_round() -> None:
    captured = [(n % 5, n / 10) for n in range(20)]
    frames = [seen(n % 5, n / 10 + 0.07) for n in range(20)]
    waits = latencies_s(frames, captured, from_t=0.0, to_t=2.0)
    assert waits == pytest.approx([0.07] * 20)


def test_the_relay_is_given_the_trace_as_the_simulator_has_it() -> None:
    service = from_bins([1.0, 0.0, 4.0, 2.0])
    rate = rate_of(service, 0.4)
    assert [rate.bps(t) for t in (0.05, 0.15, 0.25, 0.35)] == pytest.approx(
        [1e6, 0, 4e6, 2e6], rel=0.02, abs=2e5
    )


def test_both_kinds_of_feedback_and_a_stock_gateway_are_among_the_arms() -> None:
    assert {arm.feedback for arm in LIVE_ARMS} == {"remb", "transport-cc"}
    assert {arm.arm.receiver for arm in LIVE_ARMS} == {"ours", "stock"}
    assert len({arm.name for arm in LIVE_ARMS}) == len(LIVE_ARMS)
