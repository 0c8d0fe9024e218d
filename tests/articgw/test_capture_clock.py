"""Frame ages, without a clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.capture_clock import DRIFT_PER_S, CaptureClock


def test_the_fastest_frame_defines_the_offset() -> None:
    clock = CaptureClock()
    assert clock.on_frame(0.0, now=100.3) == pytest.approx(100.3)
    assert clock.on_frame(1.0, now=101.1) == pytest.approx(101.1)
    late = clock.on_frame(2.0, now=102.9)
    assert 102.9 - late == pytest.approx(0.8, abs=0.01)


def test_a_slow_sender_clock_does_not_make_frames_look_old() -> None:
    clock, slow = CaptureClock(), 1 - DRIFT_PER_S / 2
    age_s = 0.0
    for second in range(3600):
        age_s = second - clock.on_frame(second * slow, now=float(second))
    assert age_s < 0.001


@given(st.lists(st.tuples(st.floats(0.001, 1.0), st.floats(0.0, 3.0)), min_size=1, max_size=50))
def test_no_frame_is_captured_after_it_arrives(steps: list[tuple[float, float]]) -> None:
    clock, rtp_s, now = CaptureClock(), 0.0, 50.0
    for interval_s, delay_s in steps:
        rtp_s += interval_s
        now = max(now, 50.0 + rtp_s + delay_s)
        assert clock.on_frame(rtp_s, now=now) <= now + 1e-9


def test_a_sender_whose_clock_stood_still_while_it_slept_is_not_old_for_ever() -> None:
    clock = CaptureClock()
    clock.on_frame(10.0, now=100.0)
    assert clock.on_frame(10.1, now=130.1) == pytest.approx(130.1)
    assert clock.on_frame(10.2, now=130.2) == pytest.approx(130.2)


def test_a_link_that_was_gone_does_not_move_the_clock() -> None:
    clock = CaptureClock()
    clock.on_frame(10.0, now=100.0)
    late = clock.on_frame(40.0, now=130.3)
    assert 130.3 - late == pytest.approx(0.3, abs=0.01)
