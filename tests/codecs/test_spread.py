"""Regions widen with age, go where they move, stay in the frame, and end."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Box, Region
from artic_codecs.spread import STILL, Motion, spread, spread_all

BOX: Box = (0.4, 0.4, 0.6, 0.5)


@pytest.mark.parametrize(
    ("age_s", "motion", "box"),
    [
        (0.0, STILL, BOX),
        (0.5, STILL, (0.3875, 0.39375, 0.6125, 0.50625)),
        (1.0, STILL, (0.375, 0.3875, 0.625, 0.5125)),
        (1.0, Motion((0.1, -0.2)), (0.475, 0.1875, 0.725, 0.3125)),
        (1.0, Motion((0.0, 0.0), (0.1, 0.05)), (0.275, 0.3375, 0.725, 0.5625)),
        (2.0, Motion((0.3, 0.0)), (0.95, 0.375, 1.0, 0.525)),
        (2.0, Motion((0.5, 0.0)), None),
        (2.0, Motion((1e308, 0.0)), None),
        (3.0, STILL, None),
        (300.0, STILL, None),
        (-1.0, STILL, BOX),
    ],
    ids=[
        "fresh", "12.5 % in half a second", "a quarter in a second", "moving", "who knows",
        "half out", "moved out", "faster than light", "expired", "minutes old", "not yet captured",
    ],
)  # fmt: skip
def test_where_it_may_lie(age_s: float, motion: Motion, box: Box | None) -> None:
    region = Region(BOX, 10.0, 1.0, 13.0, 14.0)
    found = spread(region, now=10.0 + age_s, motion=motion)
    if box is None:
        assert found is None
    else:
        assert found is not None and found.box == pytest.approx(box)
        assert found.frame_t == 10.0 + max(0.0, age_s)
        assert (found.priority, found.expires_t, found.min_text_px) == (1.0, 13.0, 14.0)


@pytest.mark.parametrize(
    ("velocity", "doubt"),
    [((math.nan, 0.0), (0.0, 0.0)), ((0.0, 0.0), (0.0, -0.1)), ((0.0, 0.0), (math.inf, 0.0))],
)
def test_what_is_no_motion(velocity: tuple[float, float], doubt: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no motion"):
        Motion(velocity, doubt)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    x0, y0 = draw(st.floats(0, 0.95)), draw(st.floats(0, 0.95))
    box = (x0, y0, draw(st.floats(x0 + 0.01, 1.0)), draw(st.floats(y0 + 0.01, 1.0)))
    frame_t = draw(st.floats(0, 100))
    return Region(box, frame_t, draw(st.floats(0, 1)), frame_t + draw(st.floats(0, 10)))


speeds = st.floats(-5, 5)
motions = st.builds(Motion, st.tuples(speeds, speeds), st.tuples(st.floats(0, 2), st.floats(0, 2)))


@given(region=regions(), now=st.floats(0, 120), motion=motions)
def test_it_stays_inside_the_frame_and_never_outlives_its_expiry(
    region: Region, now: float, motion: Motion
) -> None:
    found = spread(region, now=now, motion=motion)
    assert found is None or region.expires_t > now
    assert found is None or (found.expires_t, found.priority) == (region.expires_t, region.priority)


@given(region=regions(), age_s=st.floats(0, 5), later_s=st.floats(0, 5), doubt=st.floats(0, 1))
def test_what_does_not_move_only_grows(
    region: Region, age_s: float, later_s: float, doubt: float
) -> None:
    motion = Motion((0.0, 0.0), (doubt, doubt))
    early = spread(region, now=region.frame_t + age_s, motion=motion)
    late = spread(region, now=region.frame_t + age_s + later_s, motion=motion)
    if late is None:
        return
    assert early is not None
    slack = 1e-9
    assert late.box[0] <= early.box[0] + slack and early.box[2] <= late.box[2] + slack
    assert late.box[1] <= early.box[1] + slack and early.box[3] <= late.box[3] + slack
    assert early.box[0] <= region.box[0] + slack and region.box[2] <= early.box[2] + slack


def test_of_several_those_that_live_stay_in_their_order() -> None:
    lives = [Region(BOX, 0.0, 0.1, expires_t) for expires_t in (3.0, 1.0, 2.0)]
    assert [region.expires_t for region in spread_all(lives, now=1.5)] == [3.0, 2.0]
