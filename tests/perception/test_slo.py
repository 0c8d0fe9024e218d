"""Twin of `artic_perception.slo`: a requirement is a time and a share."""

from __future__ import annotations

import pytest

from artic_perception.slo import Kind, Slo


def test_a_budget_is_amortised_and_may_be_missed_one_time_in_twenty() -> None:
    assert Slo(0.1) == Slo(0.1, Kind.AMORTISED, 0.05)


@pytest.mark.parametrize("budget_s", [0.0, -1.0, float("nan"), float("inf")])
def test_a_budget_is_a_time(budget_s: float) -> None:
    with pytest.raises(ValueError, match="a budget"):
        Slo(budget_s)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, float("nan")])
def test_a_share_lies_between(share: float) -> None:
    with pytest.raises(ValueError, match="a share"):
        Slo(0.1, miss_share=share)
