"""What the sender is told, and when."""

from __future__ import annotations

import pytest

from articgw.reception.frames import STALL_S
from articgw.reception.reception import (
    KEYFRAME_RETRY_S,
    REMB_EVERY_S,
    REMB_LOOK_S,
    START_WAIT_S,
    Feedback,
    Reception,
)

TICK = 1 << 18


def receiving(reception: Reception, *, seconds: float, bps: int, start_t: float = 0.0) -> float:
    """A constant stream over an empty link; returns the time at its end."""
    steps = int(seconds * 50)
    for step in range(steps):
        now = start_t + step / 50
        send_time = int(now * TICK) & 0xFFFFFF
        reception.on_arrival(send_time, bps // 400, now=now)
        reception.feedback(now=now)
    return start_t + seconds


def test_before_anything_arrives_nothing_is_said() -> None:
    assert Reception(600_000, 2_000_000).feedback(now=1.0) == Feedback()


def test_the_start_rate_is_told_where_nothing_better_is_known_soon() -> None:
    reception = Reception(600_000, 2_000_000)
    reception.on_arrival(0, 1200, now=5.0)
    assert reception.feedback(now=5.0).remb_bps is None
    assert reception.feedback(now=5.01 + START_WAIT_S).remb_bps == 600_000


def test_the_cap_holds_at_once_whatever_the_network_allows() -> None:
    reception = Reception(600_000, 2_000_000)
    now = receiving(reception, seconds=5, bps=1_500_000)
    reception.cap_bps = 400_000
    assert reception.feedback(now=now + REMB_LOOK_S).remb_bps == 400_000


def test_who_obeys_otherwise_is_told_no_less_than_that() -> None:
    reception = Reception(600_000, 2_000_000)
    now = receiving(reception, seconds=5, bps=200_000)
    assert (reception.feedback(now=now + REMB_LOOK_S).remb_bps or 0) < 1_000_000
    reception.least_bps = 1_000_000
    assert reception.feedback(now=now + 1.0).remb_bps == 1_000_000


def test_a_remb_is_repeated_each_second() -> None:
    reception = Reception(600_000, 600_000)
    reception.on_arrival(0, 1200, now=0.0)
    said = [t / 100 for t in range(500) if reception.feedback(now=t / 100).remb_bps]
    assert said == pytest.approx([0.3, 1.3, 2.3, 3.3, 4.3], abs=0.05)
    assert REMB_EVERY_S == 1.0


def test_key_frames_are_asked_for_until_one_comes_but_not_too_often() -> None:
    reception = Reception(600_000, 600_000)
    reception.on_arrival(0, 100, now=0.0)
    reception.on_media(7, 0, b"x", marker=True, key_start=False, now=0.0)
    asked = [t / 100 for t in range(200) if reception.feedback(now=t / 100).keyframe]
    assert asked[0] == pytest.approx(STALL_S)
    assert all(b - a >= KEYFRAME_RETRY_S for a, b in zip(asked, asked[1:], strict=False))
    reception.on_media(8, 3000, b"k", marker=True, key_start=True, now=2.0)
    assert not any(reception.feedback(now=2 + t / 100).keyframe for t in range(200))
    assert reception.keyframe_requests == len(asked)


def test_one_can_be_asked_for() -> None:
    reception = Reception(600_000, 600_000)
    reception.on_arrival(0, 100, now=0.0)
    reception.want_keyframe()
    assert reception.feedback(now=0.0).keyframe
    assert not reception.feedback(now=1.0).keyframe


def test_a_jump_to_a_key_frame_ends_the_asking_for_what_it_passed() -> None:
    reception = Reception(600_000, 600_000)
    reception.on_arrival(0, 100, now=0.0)
    for number, key in ((1, True), (3, False), (4, True)):
        reception.on_media(number, number * 9, b"x", marker=True, key_start=key, now=0.0)
    assert reception.feedback(now=0.0).nacks == ()


def test_after_a_link_that_was_gone_a_key_frame_is_asked_for_at_once_and_nothing_else() -> None:
    reception = Reception(600_000, 600_000)
    reception.on_arrival(0, 100, now=0.0)
    reception.on_media(1, 0, b"k", marker=True, key_start=True, now=0.0)
    reception.on_media(40, 9000, b"x", marker=True, key_start=False, now=5.0)
    feedback = reception.feedback(now=5.0)
    assert feedback.keyframe and feedback.nacks == ()


def test_a_sender_that_estimates_itself_is_told_the_cap_at_once_and_nothing_less() -> None:
    reception = Reception(600_000, 2_000_000)
    reception.sender_estimates = True
    reception.on_arrival(0, 1200, now=0.0)
    assert reception.feedback(now=0.0).remb_bps == 2_000_000
    reception.cap_bps = 400_000
    assert reception.feedback(now=0.1).remb_bps == 400_000
