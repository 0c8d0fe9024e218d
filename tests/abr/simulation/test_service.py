"""S(t) and its inverse agree, whatever the trace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.simulation.service import (
    Service,
    constant,
    from_bins,
    from_steps,
    steps,
)


def test_a_megabit_is_125_kilobytes_a_second() -> None:
    link = constant(1e6)
    assert (link.at(2.5), link.when(250_000)) == (312_500, 2.0)
    assert link.bps(3, 4) == 1e6


def test_a_step_changes_the_rate_from_then_on() -> None:
    link = steps([(0, 1e6), (10, 2e6)], 20)
    assert link.at(11) == pytest.approx(125_000 * 10 + 250_000)
    assert link.when(125_000 * 10 + 250_000) == pytest.approx(11)
    assert link.mean_bps == pytest.approx(1.5e6)


def test_recorded_steps_need_not_be_equal_and_are_served_in_whole_packets() -> None:
    link = from_steps([0.0, 0.1, 2.0, 2.1], [8e6, 0.0, 8e6])
    assert link.period_s == pytest.approx(2.1)
    assert link.when(99_000) == pytest.approx(0.099)
    assert link.when(105_000) == pytest.approx(2.005)
    assert link.at(0.0044) == 3000


def test_a_trickle_is_a_whole_packet_now_and_then() -> None:
    link = from_bins([0.012] * 100)
    assert link.at(0.9) == 0
    assert link.when(1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("edges_s", "steps_bps", "says"),
    [
        ([0.0], [], "start at 0"),
        ([0.0, 1.0], [0.0], "serves something"),
        ([0.0, 1.0], [float("nan")], "serves something|do not fall"),
        ([0.0, 1.0, 2.0], [1e6, -1.0], "do not fall"),
    ],
)
def test_what_is_no_service_is_refused(
    edges_s: list[float], steps_bps: list[float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        from_steps(edges_s, steps_bps)


def test_knots_that_fall_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fall"):
        Service((0, 2, 1), (0, 1, 2))


@given(
    bins=st.lists(st.floats(0, 50), min_size=2, max_size=20).filter(lambda b: sum(b) > 1),
    amount=st.floats(1, 3e6),
)
def test_the_inverse_is_the_first_moment_that_is_enough(bins: list[float], amount: float) -> None:
    for link in (from_bins(bins), Service([0, 1, 2, 5], [0, 1e4, 1e4, 2e6])):
        t = link.when(amount)
        assert link.at(t + 1e-6) >= amount * (1 - 1e-6) - 1e-3
        if t > 1e-3:
            assert link.at(t - 1e-3) <= amount + 1e-3
