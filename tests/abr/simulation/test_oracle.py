"""The bounds on links where they are known in closed form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artic_abr.controller import controller
from artic_abr.simulation.call import CallSetup, run_call
from artic_abr.simulation.link import LinkShape
from artic_abr.simulation.oracle import least_delays, on_time_share, oracle_call
from artic_abr.simulation.score import score
from artic_abr.simulation.service import constant, from_bins


def test_on_an_empty_link_the_bound_is_the_service_time() -> None:
    assert least_delays(constant(1e6), [0.0, 3.3], 1250, 0.02) == pytest.approx([0.03, 0.03])


def test_the_oracle_takes_what_is_served_until_the_next_frame() -> None:
    log = oracle_call(constant(300_000), lambda t: 500_000, seconds=2)
    assert log.bps[:30] == pytest.approx([300_000] * 30, rel=1e-6)
    assert max((b or 0) - a for a, b in zip(log.captured_t, log.arrived_t, strict=True)) < 0.06


def test_the_oracle_skips_while_a_frame_is_on_the_wire() -> None:
    log = oracle_call(constant(75_000), lambda t: 500_000, seconds=2)
    assert [t is None for t in log.arrived_t[:4]] == [False, True, False, True]


def test_half_the_frames_are_on_time_where_half_can_be_served() -> None:
    share = on_time_share(constant(75_000), 625, 0.1, seconds=20)
    assert share == pytest.approx(0.5, abs=0.02)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(0, 3), min_size=5, max_size=30).filter(lambda b: sum(b) > 2))
def test_nobody_beats_the_bound(bins: list[float]) -> None:
    link = from_bins(bins)
    log = run_call(controller(fps=30), LinkShape(link), CallSetup(seconds=5))
    bound = least_delays(link, log.captured_t, 600, 0.025)
    scored = score(log).latency_s
    assert all(scored[k] >= bound[k] - 1e-6 for k in range(len(scored)) if log.arrived_t[k])
