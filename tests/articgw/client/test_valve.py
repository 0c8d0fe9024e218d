"""The valve: how many pass, how evenly, and what is passed at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.client.valve import Valve

STEPS = st.lists(st.floats(0.001, 0.5), min_size=1, max_size=200)


def passed(valve: Valve, times: list[float]) -> list[float]:
    return [t for t in times if valve.on_frame(t)]


def camera(fps: float, seconds: float, start_t: float = 0.0) -> list[float]:
    return [start_t + n / fps for n in range(round(fps * seconds))]


@given(STEPS, st.floats(0.2, 60.0))
def test_no_window_lets_more_pass_than_its_share_and_two(steps: list[float], fps: float) -> None:
    times = [sum(steps[:n]) for n in range(len(steps))]
    through = passed(Valve(fps), times)
    for first, start_t in enumerate(through):
        for count, end_t in enumerate(through[first:], 1):
            assert count <= fps * (end_t - start_t) + 2


@pytest.mark.parametrize(
    ("camera_fps", "fps", "expected"),
    [(30, 15, 150), (30, 30, 300), (30, 10, 100), (30, 1, 10), (15, 30, 150), (24, 15, 150)],
)
def test_a_steady_camera_passes_at_the_asked_rate(
    camera_fps: float, fps: float, expected: int
) -> None:
    assert len(passed(Valve(fps), camera(camera_fps, 10.0))) == pytest.approx(expected, abs=2)


def test_half_of_a_camera_is_every_other_frame() -> None:
    times = camera(30, 2.0)
    assert passed(Valve(15), times) == times[::2]


def test_a_fresh_frame_passes_at_once_and_moves_the_turn() -> None:
    valve = Valve(1)
    assert valve.on_frame(0.0) and not valve.on_frame(0.3)
    valve.fresh()
    assert valve.on_frame(0.4)
    assert not valve.on_frame(1.0) and valve.on_frame(1.4)


def test_a_raised_rate_holds_from_the_next_frame_on() -> None:
    valve = Valve(1)
    assert valve.on_frame(0.0)
    valve.set_fps(10)
    assert valve.on_frame(0.1)


def test_nothing_passes_in_a_pause_but_what_is_asked_for() -> None:
    valve = Valve(30)
    valve.pause(True)
    assert passed(valve, camera(30, 1.0)) == []
    valve.fresh()
    assert valve.on_frame(2.0) and not valve.on_frame(2.1)
    valve.pause(False)
    assert valve.on_frame(2.2)


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_rates_that_cannot_be_sent_are_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        Valve(fps)
    with pytest.raises(ValueError, match="cannot be sent"):
        Valve(1).set_fps(fps)
