"""Where more bits would hardly change what is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs import Treatment
from artic_codecs.enough import ENOUGH, LEAST_BPS, enough_bps
from artic_codecs.worth import Choice, Sought, expected

SMALL = Sought(12.0, 1.0)
NEEDS = st.integers(1_000, 20_000_000)
HEIGHTS = st.floats(6.0, 80.0)


def always(how: Treatment) -> Choice:
    return Choice(how, 5.0)


@pytest.mark.parametrize(
    ("how", "from_bps", "to_bps"),
    [(Treatment.WHOLE, 190_000, 215_000), (Treatment.QP, 120_000, 150_000)],
)
def test_small_text_has_enough_long_before_a_good_link_is_full(
    how: Treatment, from_bps: int, to_bps: int
) -> None:
    assert from_bps < enough_bps(1_500_000, lambda bps: always(how), SMALL) < to_bps


def test_what_is_never_sure_to_be_read_has_all() -> None:
    assert enough_bps(1_500_000, lambda bps: always(Treatment.PACKED), SMALL) == 1_500_000


@given(NEEDS, HEIGHTS, st.sampled_from(list(Treatment)), st.floats(0.05, 9.0))
def test_it_is_at_most_the_need_and_enough_unless_that_is_not(
    need_bps: int, height_px: float, how: Treatment, area: float
) -> None:
    sought = Sought(height_px, 1.0)
    bps = enough_bps(need_bps, lambda bps: always(how), sought, area)
    assert bps <= need_bps
    assert bps == need_bps or expected(always(how), bps + 1, sought, area) >= ENOUGH - 1e-3


@given(NEEDS, HEIGHTS)
def test_larger_text_needs_no_more(need_bps: int, height_px: float) -> None:
    small, large = (
        enough_bps(need_bps, lambda bps: always(Treatment.WHOLE), Sought(px, 1.0))
        for px in (height_px, 2 * height_px)
    )
    assert large <= small * 1.01 or large <= LEAST_BPS
