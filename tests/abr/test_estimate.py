"""An estimate says why."""

from artic_abr import Estimate, EstimateWhy


def test_an_estimate_is_a_value_with_its_reason() -> None:
    same = [Estimate(1000, EstimateWhy.HOLD, received_bps=10, queue_ms=0.0) for _ in range(2)]
    assert same[0] == same[1]
    assert str(same[0].why) == "hold"
