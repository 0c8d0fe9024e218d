"""Our pool-adjacent-violators against two that others wrote."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped,unused-ignore]

from artic_abr.saturation.isotonic import isotonic

PAIRS = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(0.01, 100)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("values", "weights", "fitted"),
    [
        ([1, 2, 3], [1, 1, 1], [1, 2, 3]),
        ([3, 2, 1], [1, 1, 1], [2, 2, 2]),
        ([1, 3, 2, 4], [1, 1, 3, 1], [1, 2.25, 2.25, 4]),
        ([], [], []),
    ],
)
def test_small_cases(values: list[float], weights: list[float], fitted: list[float]) -> None:
    assert isotonic(values, weights) == pytest.approx(fitted)


@given(PAIRS)
def test_it_agrees_with_scipy(pairs: list[tuple[float, float]]) -> None:
    values, weights = zip(*pairs, strict=True)
    theirs = isotonic_regression(np.array(values), weights=np.array(weights)).x
    assert isotonic(values, weights) == pytest.approx(list(theirs), rel=1e-6, abs=1e-6)


@given(PAIRS)
def test_it_agrees_with_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    sklearn = pytest.importorskip("sklearn.isotonic", reason="scikit-learn is not installed")
    values, weights = zip(*pairs, strict=True)
    theirs = sklearn.isotonic_regression(values, sample_weight=weights)
    assert isotonic(values, weights) == pytest.approx(list(theirs), rel=1e-6, abs=1e-6)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="zip"):
        isotonic([1, 2], [1])
