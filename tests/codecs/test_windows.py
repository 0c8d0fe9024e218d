"""As many frames as losses ask for, apart enough for bursts, and one on a clean link."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.windows import (
    HOLD_S,
    MISS,
    MOST_FRAMES,
    Loss,
    Windows,
    WindowWhy,
    frames_lost,
    plan,
)

Times = npt.NDArray[np.float64]


@pytest.mark.parametrize(
    ("lost", "miss", "frames"),
    [
        (0.0, 0.01, 1),
        (0.01, 0.01, 1),
        (0.05, 0.01, 2),
        (0.1, 0.01, 2),
        (0.2, 0.01, 3),
        (0.3, 0.01, 4),
        (0.5, 0.01, 7),
        (0.2, 0.001, 5),
        (0.2, 0.5, 1),
    ],
)
def test_independent_losses_follow_the_formula(lost: float, miss: float, frames: int) -> None:
    window = plan(Loss(lost), miss=miss)
    assert window.frames == frames
    assert window.missed == pytest.approx(lost**frames)
    assert window.spacing_s == pytest.approx(1.0 / frames)
    assert window.why is (WindowWhy.CLEAN if frames == 1 else WindowWhy.LOSS)


@pytest.mark.parametrize(
    ("lost", "burst_s", "frames", "why"),
    [
        (0.05, 0.25, 2, WindowWhy.LOSS),
        (0.05, 0.4, 3, WindowWhy.BURST),
        (0.05, 0.9, 6, WindowWhy.BOUND),
        (0.1, 0.1, 3, WindowWhy.BURST),
        (0.2, 0.1, 3, WindowWhy.LOSS),
        (0.2, 0.2, 4, WindowWhy.BURST),
    ],
)
def test_bursts_ask_for_more(lost: float, burst_s: float, frames: int, why: WindowWhy) -> None:
    window = plan(Loss(lost, burst_s))
    assert (window.frames, window.why) == (frames, why)


@pytest.mark.parametrize(
    ("loss", "frames"),
    [(Loss(1.0), 1), (Loss(1.0, 3.0), 1), (Loss(0.3, 60.0), 1), (Loss(0.9), MOST_FRAMES)],
    ids=["all is lost", "in bursts too", "a burst of a minute", "nearly all"],
)
def test_out_of_reach_no_more_is_sent_than_gains_something(loss: Loss, frames: int) -> None:
    window = plan(loss)
    assert (window.frames, window.why) == (frames, WindowWhy.BOUND)


@pytest.mark.parametrize("wrong", [(-0.1, 0.0), (1.1, 0.0), (0.1, -1.0), (math.nan, 0.0)])
def test_what_no_link_does(wrong: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="link"):
        Loss(*wrong)


@pytest.mark.parametrize(
    ("window_s", "miss", "at_most"),
    [(0.0, 0.01, 5), (math.inf, 0.01, 5), (1.0, 0.0, 5), (1.0, 1.0, 5), (1.0, 0.01, 0)],
)
def test_what_cannot_be_planned(window_s: float, miss: float, at_most: int) -> None:
    with pytest.raises(ValueError, match="no plan"):
        plan(Loss(0.1), window_s=window_s, miss=miss, at_most=at_most)


losses = st.builds(Loss, st.floats(0, 1), st.one_of(st.just(0.0), st.floats(0, 5)))


@given(loss=losses, window_s=st.floats(0.1, 5), miss=st.floats(1e-4, 0.5), most=st.integers(1, 30))
def test_a_plan_is_bounded_and_honest(loss: Loss, window_s: float, miss: float, most: int) -> None:
    window = plan(loss, window_s=window_s, miss=miss, at_most=most)
    assert 1 <= window.frames <= most
    assert window.spacing_s * window.frames == pytest.approx(window_s)
    assert 0 <= window.missed <= loss.frames
    if window.why is not WindowWhy.BOUND:
        assert window.missed <= miss * (1 + 1e-6)


@given(loss=losses, window_s=st.floats(0.1, 5))
def test_a_burst_of_the_measured_length_never_takes_all(loss: Loss, window_s: float) -> None:
    window = plan(loss, window_s=window_s)
    if window.why in (WindowWhy.LOSS, WindowWhy.BURST):
        assert loss.burst_s < (window.frames - 1) * window.spacing_s


@given(some=st.floats(0, 0.9), more=st.floats(0, 0.9))
def test_more_loss_never_asks_for_fewer_frames(some: float, more: float) -> None:
    low, high = sorted((some, more))
    assert plan(Loss(low), at_most=100).frames <= plan(Loss(high), at_most=100).frames


@pytest.mark.parametrize("lost", [0.05, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("burst_s", [0.0, 0.03, 0.06])
def test_on_a_link_that_loses_so_the_windows_are_as_full_as_promised(
    lost: float, burst_s: float
) -> None:
    windows = 50_000
    window = plan(Loss(lost, burst_s))
    assert window.why is not WindowWhy.BOUND
    sent_t = np.arange(windows * window.frames, dtype=np.float64) * np.float64(window.spacing_s)
    gone = _gone(sent_t, lost, burst_s, np.random.default_rng(7))
    empty = gone.reshape(windows, window.frames).all(axis=1).mean()
    assert empty == pytest.approx(window.missed, rel=0.25, abs=3e-4)
    assert empty <= MISS * 1.1


def _gone(
    sent_t: Times, lost: float, burst_s: float, random: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Which frames a link loses that is good and bad by turns, for exponential times."""
    if burst_s == 0:
        return np.asarray(random.random(len(sent_t)) < lost)
    good_s = burst_s * (1 - lost) / lost
    turns = int(2 * sent_t[-1] / (good_s + burst_s)) + 100
    lengths_s = random.exponential(np.tile([good_s, burst_s], turns))
    return np.asarray(np.searchsorted(lengths_s.cumsum(), sent_t) % 2 == 1)


@pytest.mark.parametrize(
    ("packets", "a_frame", "burst", "lost"),
    [
        (0.0, 9, 1.0, 0.0),
        (1.0, 9, 1.0, 1.0),
        (0.1, 1, 1.0, 0.1),
        (0.1, 2, 1.0, 0.19),
        (0.1, 5, 1.0, 1 - 0.9**5),
        (0.1, 1, 4.0, 0.1),
        (0.1, 2, 4.0, 1 - 0.9 * (1 - 0.1 / 4 / 0.9)),
    ],
)
def test_frames_that_lose_a_packet(packets: float, a_frame: int, burst: float, lost: float) -> None:
    assert frames_lost(packets, a_frame, burst_packets=burst) == pytest.approx(lost)


@given(packets=st.floats(0, 1), a_frame=st.integers(1, 100), burst=st.floats(1, 50))
def test_bursts_hit_fewer_frames_and_none_less_than_one_packet_would(
    packets: float, a_frame: int, burst: float
) -> None:
    apart, together = (
        frames_lost(packets, a_frame),
        frames_lost(packets, a_frame, burst_packets=burst),
    )
    assert packets - 1e-9 <= together <= apart + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize("wrong", [(-0.1, 1, 1.0), (1.1, 1, 1.0), (0.1, 0, 1.0), (0.1, 1, 0.5)])
def test_what_no_packets_do(wrong: tuple[float, int, float]) -> None:
    packets, a_frame, burst = wrong
    with pytest.raises(ValueError, match="packets"):
        frames_lost(packets, a_frame, burst_packets=burst)


def test_more_frames_come_at_once_and_go_when_the_loss_has_been_gone_for_long() -> None:
    windows = Windows()
    steps = [
        (0.0, 0.0, 1, WindowWhy.CLEAN),
        (1.0, 0.3, 4, WindowWhy.LOSS),
        (2.0, 0.0, 4, WindowWhy.HELD),
        (3.0, 0.1, 4, WindowWhy.HELD),
        (4.0, 0.3, 4, WindowWhy.LOSS),
        (8.9, 0.0, 4, WindowWhy.HELD),
        (4.0 + HOLD_S, 0.1, 2, WindowWhy.LOSS),
        (5.0 + HOLD_S, 0.0, 2, WindowWhy.HELD),
        (4.0 + 2 * HOLD_S, 0.0, 1, WindowWhy.CLEAN),
    ]
    for now, lost, frames, why in steps:
        window = windows.decide(Loss(lost), now=now)
        assert (window.frames, window.why) == (frames, why)
