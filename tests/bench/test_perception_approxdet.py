"""ApproxDet as released does what its release does."""

from __future__ import annotations

import pytest

from artic_perception.branch import HOLD, Branch, Detector
from tests.bench._perception_approxdet import AccuracyTree, ApproxDet, LatencyModel

pytest.importorskip("sklearn")

SMALL, LARGE = Detector("m", 160), Detector("m", 640)
CHEAP, DEAR = Branch(SMALL, 8, "flow 4"), Branch(LARGE, 1, HOLD)
TABLE = {
    SMALL.name: {0.0: 0.01, 1.0: 0.02, 4.0: 0.05},
    LARGE.name: {0.0: 0.06, 1.0: 0.12, 4.0: 0.30},
    "flow 4": {0.0: 0.001, 1.0: 0.002, 4.0: 0.005},
}


def policy(budget_s: float) -> ApproxDet:
    """With the two."""
    tree = AccuracyTree({CHEAP: 0.4, DEAR: 0.8})
    return ApproxDet((CHEAP, DEAR), LatencyModel(TABLE), tree, budget_s)


def test_the_most_accurate_below_the_budget_by_a_third_is_taken() -> None:
    assert policy(0.079).decide() == (DEAR, True)
    assert policy(0.077).decide() == (CHEAP, True)


def test_the_fastest_is_taken_where_nothing_fits() -> None:
    assert policy(0.0001).decide()[0] == CHEAP


def test_one_detection_decides_on_the_level_and_only_at_the_next_choice() -> None:
    one = policy(0.1)
    first = []
    for _ in range(10):
        first.append(one.decide()[0])
        one.on_latency(detect=True, took_s=0.29)
    assert set(first) == {DEAR}
    assert one.decide()[0] == CHEAP


def test_a_group_begins_with_a_detection_and_carries_the_rest() -> None:
    one = policy(0.0001)
    detected = [one.decide()[1] for _ in range(18)]
    assert [k for k, detect in enumerate(detected) if detect] == [0, 8, 10]


def test_what_a_stage_took_tells_the_nearest_level() -> None:
    model = LatencyModel(TABLE)
    assert model.sensed(LARGE.name, 0.2) == 1.0
    assert model.sensed(LARGE.name, 0.22) == 4.0
    assert model.took_s(HOLD, 4.0) == 0.0
    assert model.took_s(LARGE.name, 4.0) == pytest.approx(0.30, abs=1e-6)
