"""Twin of `artic_perception.ageing`: slow detections and long intervals make boxes old."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_perception.accuracy import Content
from artic_perception.ageing import Gone, Pace
from artic_perception.branch import HOLD, Branch
from tests.perception.made import PROFILE

frames = st.floats(1.0, 60.0)


@given(frames, frames, st.integers(1, 64))
def test_an_age_is_the_mean_over_the_group(detected: float, carried: float, interval: int) -> None:
    ages = [0.0] + [detected + carried * k for k in range(interval - 1)]
    assert Gone(detected, carried).age(interval) == pytest.approx(sum(ages) / interval)


def test_where_no_frame_is_missed_it_is_half_the_interval() -> None:
    assert [Gone().age(n) for n in (1, 2, 9)] == [0.0, 0.5, 4.0]


def test_a_pace_is_not_known_before_a_few_frames() -> None:
    pace = Pace()
    for k in range(3):
        pace.on_frame(now=k / 30)
        assert pace.frame_s is None
    pace.on_frame(now=3 / 30)
    assert pace.frame_s == pytest.approx(1 / 30)


def test_a_film_that_starts_anew_has_its_own_pace() -> None:
    pace = Pace()
    for t in (9.0, 9.1, 9.2, 9.3, 0.0, 0.5, 1.0, 1.5):
        pace.on_frame(now=t)
    assert pace.frame_s == pytest.approx(0.5)


def test_what_goes_by_is_a_frame_at_least() -> None:
    assert Gone.during(0.5, 0.001, 1 / 30) == pytest.approx((15.0, 1.0))
    assert Gone.during(0.5, 0.001, None) == Gone()


def test_a_long_interval_behind_a_slow_detection_is_worth_less() -> None:
    short, long = (Branch(PROFILE.branches[0].detector, n, HOLD) for n in (2, 8))
    still = Content((0.3,), 0.0)
    slow = PROFILE.accuracy.on(still, lambda _: Gone(15.0, 1.0))
    live = PROFILE.accuracy.on(still)
    assert live(long) - slow(long) > live(short) - slow(short) > 0
