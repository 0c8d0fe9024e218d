"""The whole estimator: where it settles, and that nothing can lead it out of its limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_abr.congestion.estimator import TransportEstimator
from artic_abr.controller import controller
from artic_abr.report import Packet, Report
from artic_abr.rules import Everything
from artic_abr.simulation.call import CallSetup, run_call
from artic_abr.simulation.link import LinkShape
from artic_abr.simulation.service import constant


@pytest.mark.parametrize("fps", [30.0, 5.0, 2.0])
@pytest.mark.parametrize("link_bps", [400e3, 1e6, 3e6])
def test_it_settles_a_little_below_the_link(link_bps: float, fps: float) -> None:
    policy = controller(fps=fps, rule=Everything())
    log = run_call(policy, LinkShape(constant(link_bps)), CallSetup(fps=fps, seconds=30))
    late = log.estimate_bps[len(log.estimate_bps) // 3 :]
    assert 0.6 * link_bps <= sum(late) / len(late) <= link_bps


def test_it_says_why() -> None:
    estimator = TransportEstimator(600_000)
    assert str(estimator.estimate(now=0.0).why) == "start"


@pytest.mark.parametrize("bad", [{"floor_bps": 0}, {"ceiling_bps": 1000}])
def test_limits_that_make_no_sense_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        TransportEstimator(600_000, **bad)


JUMPS = st.sampled_from([0.0, 0.0, 0.0, 0.05, 3600.0, -3600.0, -1.0, 1e9])
TIMES = st.one_of(st.floats(-1e4, 1e4), st.just(float("nan")), st.just(float("inf")))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(JUMPS, JUMPS, st.floats(0, 1), st.integers(1, 1500), st.booleans())))
def test_clocks_that_are_set_do_not_lead_it_out_of_its_limits(
    steps: list[tuple[float, float, float, int, bool]],
) -> None:
    estimator = TransportEstimator(600_000, floor_bps=50_000, ceiling_bps=2_500_000)
    sent_t = arrived_t = now = 0.0
    for number, (sender, receiver, gap_s, size, lost) in enumerate(steps):
        sent_t, arrived_t, now = sent_t + gap_s + sender, arrived_t + gap_s + receiver, now + gap_s
        now += sender
        estimator.on_sent(number, size, now)
        packets = (Packet(number, sent_t, None if lost else arrived_t, size),) * 3
        estimator.on_report(Report(packets), now)
        assert 50_000 <= estimator.allowed_bps(now) <= 2_500_000
        assert estimator.estimate(now) == estimator.estimate(now)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TIMES, TIMES), max_size=20))
def test_times_that_are_none_do_not_either(times: list[tuple[float, float]]) -> None:
    estimator = TransportEstimator(600_000)
    for number, (sent_t, arrived_t) in enumerate(times):
        estimator.on_report(Report((Packet(number, sent_t, arrived_t, 1200),) * 2), now=number)
        assert 50_000 <= estimator.allowed_bps(number) <= 10_000_000
