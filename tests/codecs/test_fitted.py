"""What any fit of reading must say, whatever clips it was made from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.curve import Curve
from artic_codecs.fitted import READ
from artic_codecs.steer import Treatment

BITS = st.floats(100, 1e6)
HEIGHTS = st.floats(5, 80)
CURVES = st.sampled_from(sorted(READ.items()))


def test_every_treatment_is_known_at_the_same_frame_rates() -> None:
    rates = [{fps for known, fps in READ if known is how} for how in Treatment]
    assert rates[0] and rates.count(rates[0]) == len(rates)


@given(CURVES, BITS, HEIGHTS, st.floats(1.1, 10))
def test_more_bits_and_larger_letters_never_read_worse(
    one: tuple[tuple[Treatment, float], Curve], bits: float, height_px: float, more: float
) -> None:
    curve = one[1]
    share = curve.share(bits=bits, height_px=height_px)
    assert 0 <= share <= curve.share(bits=bits * more, height_px=height_px) <= 1
    assert share <= curve.share(bits=bits, height_px=height_px * more)


@pytest.mark.parametrize("fps", sorted({fps for _, fps in READ}))
def test_on_few_bits_a_region_reads_better_than_a_whole_frame(fps: float) -> None:
    shares = {how: READ[how, fps].share(bits=8_000, height_px=14) for how in Treatment}
    assert shares[Treatment.WHOLE] < min(shares[Treatment.QP], shares[Treatment.PACKED])
