"""Overuse is a rise that lasts."""

from __future__ import annotations

import pytest

from artic_abr.congestion.overuse import LEAST_MS, MOST_MS, OveruseDetector, Usage


@pytest.mark.parametrize(
    ("slope", "usage"), [(0.2, Usage.OVER), (0.0, Usage.NORMAL), (-0.2, Usage.UNDER)]
)
def test_what_a_lasting_slope_means(slope: float, usage: Usage) -> None:
    detector = OveruseDetector()
    told = [detector.on_slope(slope, 60, 0.033 * step) for step in range(10)]
    assert told[-1] is usage
    assert slope <= 0 or told[0] is Usage.NORMAL


def test_the_threshold_adapts_within_its_limits() -> None:
    detector = OveruseDetector()
    for step in range(3000):
        detector.on_slope(0.0, 60, 0.033 * step)
    assert detector.threshold_ms == LEAST_MS
    for step in range(3000):
        detector.on_slope((detector.threshold_ms + 10) / 240, 60, 100 + 0.033 * step)
    assert LEAST_MS < detector.threshold_ms <= MOST_MS
