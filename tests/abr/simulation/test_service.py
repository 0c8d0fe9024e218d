"""S(t) and its inverse agree, whatever the trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.simulation.service import (
    Service,
    constant,
    from_bins,
    from_opportunities,
    parse_bins,
    parse_opportunities,
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


def test_opportunities_are_whole_packets_at_a_moment() -> None:
    link = from_opportunities([10, 10, 50])
    assert [link.at(t) for t in (0.005, 0.010, 0.049, 0.055)] == [0, 3000, 3000, 4500]
    assert [link.when(b) for b in (1, 3000, 3001, 4501)] == pytest.approx([0.01, 0.01, 0.05, 0.06])


def test_a_trickle_is_a_whole_packet_now_and_then() -> None:
    link = from_bins([0.012] * 100)
    assert link.at(0.9) == 0
    assert link.when(1) == pytest.approx(1.0)


def test_both_forms_of_traces_are_read() -> None:
    assert parse_bins(["time_s,mbps", "0.0,8", "0.1,0", ""]).when(99_000) == pytest.approx(0.099)
    gap = parse_bins(["time_s,mbps", "5.0,8", "5.1,0", "7.0,8"])
    assert gap.period_s == pytest.approx(2.1 + 1.8)
    assert gap.when(105_000) == pytest.approx(2.005)
    assert parse_opportunities(["5", "5", "", "9"]).at(0.005) == 3000


@pytest.mark.parametrize(
    ("parse", "lines", "says"),
    [
        (parse_bins, ["time_s,mbps", "0.0"], "line 2"),
        (parse_bins, ["time_s,mbps", "0.0,1", "0.1,nan"], "line 3"),
        (parse_bins, ["time_s,mbps", "0.0,-1"], "line 2"),
        (parse_opportunities, ["1", "x"], "line 2"),
        (parse_opportunities, ["5", "3"], "line 2"),
        (parse_opportunities, [], "start at 0"),
        (parse_bins, ["time_s,mbps", "0.0,0"], "serves something"),
    ],
)
def test_what_is_no_trace_is_refused(
    parse: Callable[[list[str]], Service], lines: list[str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        parse(lines)


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
