"""A slope, where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from artic_abr.congestion.trendline import SMOOTHING, WINDOW, Trendline


def test_a_steady_rise_becomes_its_slope() -> None:
    line = Trendline()
    for step in range(200):
        line.on_variation(step * 0.033, 0.033 * 0.2)
    assert line.slope == pytest.approx(0.2, rel=0.01)


def test_no_rise_is_no_slope() -> None:
    line = Trendline()
    for step in range(50):
        line.on_variation(step * 0.033, 0.0)
    assert line.slope == 0.0


def test_it_is_the_least_squares_line_even_after_hours() -> None:
    chance = np.random.default_rng(2)
    line, total, smooth = Trendline(), 0.0, 0.0
    points = []
    for step in range(1990):
        t, delay = 36_000 + step * 0.033, float(chance.normal(0, 0.003))
        line.on_variation(t, delay)
        total += delay
        smooth = SMOOTHING * smooth + (1 - SMOOTHING) * total
        points.append((t - 36_000, smooth))
    x, y = np.array(points[-WINDOW:]).T
    assert line.slope == pytest.approx(np.polyfit(x, y, 1)[0], rel=0.02, abs=1e-4)
