"""A stall is three missing frames, or a long queue; it is over when something comes in time."""

from __future__ import annotations

from functools import partial

import pytest

from artic_abr.stall import EMPTY_MS, FULL_MS, LEAST_S, Stall


@pytest.mark.parametrize(
    ("fps", "silent_s", "stalled"),
    [(10, 0.29, False), (10, 0.31, True), (30, 0.2, False), (5, 0.5, False), (5, 0.7, True),
     (1, 1.5, False), (1, 3.1, True), (0, 2.9, False), (0, 3.1, True)],
)  # fmt: skip
def test_three_frames_are_missing(fps: float, silent_s: float, stalled: bool) -> None:
    stall = Stall()
    stall.on_link(silent_s=silent_s, queue_ms=0.0, fps=fps, now=100.0)
    assert stall.is_on == stalled


def test_silence_lasts_until_something_comes() -> None:
    stall = Stall()
    tell = partial(stall.on_link, queue_ms=0.0, fps=15)
    tell(silent_s=LEAST_S + 0.1, now=10.0)
    tell(silent_s=LEAST_S + 0.6, now=10.5)
    tell(silent_s=LEAST_S + 3.1, now=13.0)
    assert stall.is_on
    tell(silent_s=0.02, now=13.1)
    assert not stall.is_on
    tell(silent_s=0.12, now=13.2)
    assert not stall.is_on


def test_a_queue_lasts_until_it_is_short() -> None:
    stall, seen = Stall(), []
    for queue_ms in (50.0, FULL_MS + 1, 200.0, EMPTY_MS + 1, EMPTY_MS - 1, 200.0):
        stall.on_link(silent_s=0.01, queue_ms=queue_ms, fps=10, now=1.0)
        seen.append(stall.is_on)
    assert seen == [False, True, True, True, False, False]


def test_a_queue_that_nobody_knows_of_any_more_is_none() -> None:
    stall = Stall()
    stall.on_link(silent_s=0.01, queue_ms=900.0, fps=10, now=1.0)
    stall.on_link(silent_s=0.26, queue_ms=0.0, fps=10, now=1.25)
    assert not stall.is_on
    stall.on_link(silent_s=0.51, queue_ms=0.0, fps=10, now=1.5)
    assert stall.is_on, "silence is another matter"
