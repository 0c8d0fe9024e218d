"""Whole frames on thin links: small and few, finer in time while a question is open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.overview import (
    FEWEST_FPS,
    FINDS_BITS,
    FRESH_BPS,
    FRESH_FPS,
    MOST_FPS,
    SMALL_PX,
    Overviews,
)
from artic_codecs.steer import SizeWhy


@pytest.mark.parametrize(
    ("rate_bps", "question_open", "fps", "why"),
    [
        (12_500, False, 1.0, SizeWhy.THIN),
        (25_000, False, 1.0, SizeWhy.THIN),
        (25_000, True, 1.0, SizeWhy.THIN),
        (50_000, False, 2.0, SizeWhy.THIN),
        (50_000, True, 5.0, SizeWhy.FRESH),
        (75_000, False, 3.0, SizeWhy.THIN),
        (150_000, False, 5.0, SizeWhy.READABLE),
        (150_000, True, 5.0, SizeWhy.READABLE),
    ],
)
def test_a_decision(rate_bps: float, question_open: bool, fps: float, why: SizeWhy) -> None:
    overview = Overviews().decide(rate_bps, question_open=question_open)
    assert (overview.fps, overview.why) == (fps, why)
    assert overview.size_px == (None if why is SizeWhy.READABLE else SMALL_PX)


def test_another_size_needs_a_clearly_other_link() -> None:
    overviews = Overviews()
    rates = (100e3, 90e3, 100e3, 110e3, 120e3, 100e3)
    small = [overviews.decide(rate, question_open=False).size_px is not None for rate in rates]
    assert small == [False, True, True, True, False, False]


@given(st.floats(1.0, 1e8), st.booleans())
def test_the_scene_is_refreshed_and_a_frame_is_good_for_something(
    rate_bps: float, question_open: bool
) -> None:
    overview = Overviews().decide(rate_bps, question_open=question_open)
    assert FEWEST_FPS <= overview.fps <= MOST_FPS
    if overview.why is SizeWhy.THIN and overview.fps > FEWEST_FPS:
        assert rate_bps / overview.fps >= 0.99 * FINDS_BITS
    if question_open and rate_bps >= FRESH_BPS:
        assert overview.fps >= FRESH_FPS


@pytest.mark.parametrize("rate_bps", [0.0, -1.0, float("nan")])
def test_no_rate_has_no_frames(rate_bps: float) -> None:
    with pytest.raises(ValueError, match="no frames"):
        Overviews().decide(rate_bps, question_open=False)
