"""Who sends less than may is limited by itself."""

from __future__ import annotations

import pytest

from artic_abr.congestion.limited import LimitedDetector


@pytest.mark.parametrize(("allowed_bps", "limited"), [(4e6, True), (1.1e6, False)])
def test_it_compares_what_leaves(allowed_bps: float, limited: bool) -> None:
    detector = LimitedDetector()
    for step in range(100):
        detector.on_sent(1250, now=step / 100)
    assert detector.is_limited(allowed_bps) is limited


def test_a_clock_set_back_begins_anew() -> None:
    detector = LimitedDetector()
    detector.on_sent(10**6, now=3600.0)
    detector.on_sent(100, now=0.0)
    assert detector.is_limited(10_000)
