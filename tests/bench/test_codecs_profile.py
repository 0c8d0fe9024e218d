"""What is fitted is what was measured, and what is written is what was fitted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_codecs.curve import BITS, HEIGHT_PX, Curve
from artic_codecs.fitted import READ
from artic_codecs.steer import Treatment
from tests.bench.profile_codecs import Read, fit, fitted, written

TRUE = Curve(1.0, 2.0, 1.5)


def reads(curve: Curve, how: str = "packed", fps: float = 5.0) -> list[Read]:
    return [
        Read(how, fps, bits, height_px, share_of(curve, bits, height_px))
        for bits in (2e3, 5e3, 1e4, 2e4, 4e4)
        for height_px in (10.0, 16.0, 30.0)
    ]


def share_of(curve: Curve, bits: float, height_px: float) -> float:
    logit = curve.at + curve.per_bits * np.log2(bits / BITS)
    logit += curve.per_height * np.log2(height_px / HEIGHT_PX)
    return float(1 / (1 + np.exp(-logit)))


def test_a_curve_is_found_again() -> None:
    (curve,) = fitted(reads(TRUE)).values()
    for bits in (3e3, 1e4):
        assert share_of(curve, bits, 14.0) == pytest.approx(share_of(TRUE, bits, 14.0), abs=0.05)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_more_bits_and_larger_letters_never_read_worse(shares: list[float]) -> None:
    curve = fit(np.array([1e3, 1e4, 1e3, 1e4]), np.array([10.0, 10, 30, 30]), np.array(shares))
    assert curve.per_bits >= 0
    assert curve.per_height >= 0


def test_what_is_written_can_be_imported() -> None:
    text = written({("packed", 5.0): TRUE, ("qp", 2.0): Curve(0.0, 0.0, 0.0)}, "15 looks.")
    module: dict[str, Any] = {"__name__": "fitted"}
    exec(compile(text, "fitted.py", "exec"), module)
    curve = module["READ"][Treatment.PACKED, 5.0]
    assert curve.share(bits=5e3, height_px=12.0) == pytest.approx(share_of(TRUE, 5e3, 12.0))
    assert module["READ"][Treatment.QP, 2.0].share(bits=1.0, height_px=1.0) == 0.5


def test_the_committed_curves_rise_and_packing_reads_most_of_few_bits() -> None:
    assert {how for how, _ in READ} == set(Treatment)
    for curve in READ.values():
        assert curve.per_bits >= 0 and curve.per_height >= 0
        assert curve.share(bits=1e9, height_px=HEIGHT_PX) > 0.99 > curve.share(bits=1, height_px=8)
    few = {how: READ[how, 5.0].share(bits=BITS / 2, height_px=12.0) for how in Treatment}
    assert few[Treatment.PACKED] > few[Treatment.QP] > few[Treatment.WHOLE]
