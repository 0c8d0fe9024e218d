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
    PASSES_S,
    SMALL_PX,
    SURE_S,
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
    overview = Overviews().decide(rate_bps, question_open=question_open, now=0.0)
    assert (overview.fps, overview.why) == (fps, why)
    assert overview.size_px == (None if why is SizeWhy.READABLE else SMALL_PX)


def sizes_at(*times_and_rates: tuple[float, float]) -> list[bool]:
    """Whether frames are small, at each of these times."""
    overviews = Overviews()
    decided = [overviews.decide(r, question_open=False, now=t) for t, r in times_and_rates]
    return [one.size_px is not None for one in decided]


def test_another_size_needs_a_clearly_other_link() -> None:
    rates = (100e3, 90e3, 100e3, 110e3, 120e3, 100e3)
    small = sizes_at(*((10.0 * n, rate) for n, rate in enumerate(rates)))
    assert small == [False, True, True, True, False, False]


def test_a_dip_changes_no_size_and_a_thin_link_begins_small() -> None:
    wide = ((0.0, 300e3), (SURE_S, 300e3))
    assert not any(sizes_at(*wide, (1.1, 30e3), (SURE_S + PASSES_S - 0.1, 30e3), (9.0, 300e3)))
    assert sizes_at(*wide, (SURE_S + PASSES_S, 30e3)) == [False, False, True]
    assert sizes_at((0.0, 30e3), (0.1, 30e3)) == [True, True]
    assert sizes_at((0.0, 300e3), (0.2, 30e3)) == [False, True], "the first was a guess"


@given(st.floats(1.0, 1e8), st.booleans())
def test_the_scene_is_refreshed_and_a_frame_is_good_for_something(
    rate_bps: float, question_open: bool
) -> None:
    overview = Overviews().decide(rate_bps, question_open=question_open, now=0.0)
    assert FEWEST_FPS <= overview.fps <= MOST_FPS
    if overview.why is SizeWhy.THIN and overview.fps > FEWEST_FPS:
        assert rate_bps / overview.fps >= 0.99 * FINDS_BITS
    if question_open and rate_bps >= FRESH_BPS:
        assert overview.fps >= FRESH_FPS


@pytest.mark.parametrize("rate_bps", [0.0, -1.0, float("nan")])
def test_no_rate_has_no_frames(rate_bps: float) -> None:
    with pytest.raises(ValueError, match="no frames"):
        Overviews().decide(rate_bps, question_open=False, now=0.0)
