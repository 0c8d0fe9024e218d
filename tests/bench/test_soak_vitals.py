"""What the soak reads and reckons."""

from __future__ import annotations

import pytest

from tests.bench._soak_vitals import Held, gauges, slope_mib_per_h

PAGE = """# HELP articgw_tasks Tasks.
# TYPE articgw_tasks gauge
articgw_tasks 7.0
# HELP articgw_questions_total Questions.
# TYPE articgw_questions_total counter
articgw_questions_total{outcome="answered"} 3.0
# HELP articgw_frames_received_total Frames.
# TYPE articgw_frames_received_total counter
articgw_frames_received_total 12.0
"""


def _sample(t: float, rss_mib: float) -> Held:
    return Held(t, rss_mib, 0.0, 0.0, 0, 0, None, 0, 0)


def test_samples_without_labels_are_read_by_name() -> None:
    assert gauges(PAGE) == {"articgw_tasks": 7.0, "articgw_frames_received_total": 12.0}


def test_the_slope_is_that_of_the_last_part_only() -> None:
    early = [_sample(t, 100.0 + t) for t in range(0, 600, 10)]
    late = [_sample(t, 700.0 + 2.0 * (t - 600) / 3600) for t in range(600, 1810, 10)]
    assert slope_mib_per_h(early + late, last_s=1200.0) == pytest.approx(2.0)


def test_too_few_samples_have_no_slope() -> None:
    assert slope_mib_per_h([_sample(0.0, 1.0), _sample(1.0, 2.0)], last_s=60.0) is None
