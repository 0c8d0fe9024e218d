"""The cases are those of the RFC."""

from __future__ import annotations

import pytest

from artic_abr.simulation.rfc8867 import SCENARIOS, Scenario


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.section)
def test_flows_and_steps_lie_within_the_run(scenario: Scenario) -> None:
    assert all(0 <= begin < end <= scenario.seconds for begin, end in scenario.flows)
    assert [t for t, _ in scenario.forward] == sorted(t for t, _ in scenario.forward)
    assert scenario.service().bps(scenario.seconds, scenario.seconds + 1) == pytest.approx(
        scenario.forward[-1][1]
    )


def test_the_variable_link_is_0_6_in_its_third_phase() -> None:
    case = next(s for s in SCENARIOS if s.section == "5.1")
    assert case.service().bps(60, 80) == pytest.approx(0.6e6)
