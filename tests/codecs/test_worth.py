"""What a way to send the picture is worth: more with more bits, less in doubt of the place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Region, Treatment
from artic_codecs.fitted import READ
from artic_codecs.overview import FRESH_BPS, FRESH_FPS
from artic_codecs.worth import (
    HOLDS,
    SIGN,
    SURE,
    Choice,
    Sought,
    area_of,
    choices,
    share_read,
    sought_in,
    worth,
)

RATES = st.floats(1e3, 1e7)
WAYS = st.sampled_from([Choice(how, fps) for how, fps in READ])


def region(priority: float, text_px: float | None) -> Region:
    return Region((0.1, 0.1, 0.2, 0.2), 0.0, priority, 3.0, text_px)


@pytest.mark.parametrize(
    ("regions", "sought"),
    [
        ((region(1.0, 12.0),), (12.0, 1.0)),
        ((region(0.6, 20.0), region(0.9, None)), (20.0, 0.6)),
        ((region(0.0, 9.0), region(0.0, 8.0)), (8.0, 1.0)),
        ((region(1.0, None),), (SIGN.height_px, 1.0)),
    ],
)
def test_what_is_sought(regions: tuple[Region, ...], sought: tuple[float, float]) -> None:
    assert sought_in(regions) == pytest.approx(sought)


@given(WAYS, RATES, st.floats(1.0, 4.0))
def test_more_bits_are_never_worth_less(choice: Choice, bps: float, more: float) -> None:
    assert worth(choice, more * bps, SIGN) >= worth(choice, bps, SIGN) - 1e-9


@given(RATES, st.floats(0.1, 1.0))
def test_a_window_loses_with_every_other_place_and_whole_frames_do_not(
    bps: float, focus: float
) -> None:
    several = Sought(SIGN.height_px, focus)
    packed, marked = Choice(Treatment.PACKED, 5.0), Choice(Treatment.QP, 5.0)
    lost = worth(packed, bps, SIGN) - worth(packed, bps, several)
    share = share_read(packed, bps, SIGN.height_px)
    assert lost == pytest.approx(SURE * HOLDS * (1 - focus) * share, abs=1e-9)
    assert worth(marked, bps, SIGN) == worth(marked, bps, several)


@given(RATES)
def test_there_is_always_a_choice_and_it_is_fresh_where_that_can_be(bps: float) -> None:
    whole = Choice(Treatment.WHOLE, 2.0)
    found = list(choices(whole, bps, frozenset(Treatment)))
    assert found
    assert bps < FRESH_BPS or all(one.fps >= FRESH_FPS for one in found)
    assert list(choices(whole, bps, frozenset())) == [whole]


def test_a_smaller_picture_takes_fewer_bits_but_a_window_does_not() -> None:
    whole, packed = Choice(Treatment.WHOLE, 5.0), Choice(Treatment.PACKED, 5.0)
    assert area_of((1280, 720)) == 1.0 and area_of((640, 360)) == 0.25
    assert share_read(whole, 25e3, 16.0, 0.25) == share_read(whole, 100e3, 16.0)
    assert share_read(packed, 25e3, 16.0, 0.25) == share_read(packed, 25e3, 16.0)
    assert worth(whole, 60e3, SIGN, 0.25) > worth(whole, 60e3, SIGN)
