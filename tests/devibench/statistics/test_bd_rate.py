"""BD-rate and BD-accuracy, against the package `bjontegaard` and by arithmetic."""

from __future__ import annotations

import bjontegaard  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devibench.statistics.bd_rate import (
    RateTable,
    bd_accuracy,
    bd_rate,
    bd_rate_interval,
)

ANCHOR = [(200e3, 0.42), (400e3, 0.61), (800e3, 0.78), (1600e3, 0.85)]
CURVE = [(190e3, 0.50), (390e3, 0.70), (810e3, 0.82), (1500e3, 0.86)]


def _split(curve: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [bps for bps, _ in curve], [accuracy for _, accuracy in curve]


def test_the_rate_is_that_of_the_reference() -> None:
    theirs = bjontegaard.bd_rate(*_split(ANCHOR), *_split(CURVE), method="pchip", min_overlap=0)
    ours = bd_rate(CURVE, ANCHOR)
    assert ours is not None
    assert 100 * ours == pytest.approx(theirs, abs=1e-6)


def test_the_accuracy_is_that_of_the_reference() -> None:
    theirs = bjontegaard.bd_psnr(*_split(ANCHOR), *_split(CURVE), method="pchip", min_overlap=0)
    assert bd_accuracy(CURVE, ANCHOR) == pytest.approx(theirs, abs=1e-9)


@given(st.floats(0.1, 10.0))
def test_a_curve_at_so_many_times_the_bits_costs_so_many_more(times: float) -> None:
    dearer = [(times * bps, accuracy) for bps, accuracy in ANCHOR]
    assert bd_rate(dearer, ANCHOR) == pytest.approx(times - 1, rel=1e-6, abs=1e-9)


def test_saturation_and_wobble_are_taken() -> None:
    wobbly = [(100e3, 0.5), (200e3, 0.8), (400e3, 0.78), (800e3, 0.9), (1600e3, 0.9)]
    smooth = [(100e3, 0.5), (200e3, 0.79), (800e3, 0.9)]
    assert bd_rate(wobbly, smooth) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([(1e5, 0.1), (2e5, 0.2)], [(1e5, 0.3), (2e5, 0.4)]),
        ([(1e5, 0.5), (2e5, 0.5)], ANCHOR),
        ([(1e5, 0.5)], ANCHOR),
        ([], ANCHOR),
    ],
    ids=["no accuracy in common", "does not rise", "one rate", "nothing"],
)
def test_curves_that_cannot_be_compared_have_none(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    assert bd_rate(one, other) is None


def test_rates_that_do_not_overlap_have_no_bd_accuracy() -> None:
    assert bd_accuracy([(1e5, 0.1), (2e5, 0.2)], [(4e5, 0.3), (8e5, 0.4)]) is None


def _arm(shift: int) -> RateTable:
    needs = [(100e3 * 2 ** (place % 5 + shift), str(place // 5)) for place in range(60)]
    columns = {
        bps: ([need <= bps for need, _ in needs], [bps] * 60)
        for bps in (100e3, 200e3, 400e3, 800e3, 1600e3, 3200e3)
    }
    return RateTable.of(columns, [video for _, video in needs])


def test_half_the_bits_for_all_questions_is_half_with_no_doubt() -> None:
    found = bd_rate_interval(_arm(0), _arm(1))
    assert found is not None
    assert found == pytest.approx((-0.5, -0.5, -0.5), abs=1e-6)
