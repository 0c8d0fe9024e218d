"""What a question needs, and what questions need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artic_abr.simulation.reader import Curve
from devibench.statistics.saturation import Distribution, Saturation, fit


@pytest.mark.parametrize(
    ("points", "bps", "bound"),
    [
        ([(200, 0.9), (400, 1.0)], 200, "at most"),
        ([(200, 0.0), (400, 1.0)], 360, ""),
        ([(200, 0.0), (400, 0.5)], 400, "more than"),
        ([(200, 1.0), (400, 0.0), (800, 1.0)], 640, ""),
        ([(200, 0.0), (200, 1.0), (400, 1.0)], 320, ""),
    ],
    ids=["at once", "between", "never", "a lucky guess is averaged away", "one rate twice"],
)
def test_a_question_saturates(points: list[tuple[float, float]], bps: float, bound: str) -> None:
    found = fit(points).saturation()
    assert found.bps == pytest.approx(bps)
    assert found.bound == bound


@given(st.lists(st.tuples(st.integers(1, 20), st.floats(0, 1)), min_size=1, max_size=30))
def test_a_fit_does_not_fall_and_stays_in_0_to_1(points: list[tuple[int, float]]) -> None:
    found = fit(points)
    assert list(found.values) == sorted(found.values)
    assert 0.0 <= found.values[0] <= found.values[-1] <= 1.0


def test_it_reads_a_curve_as_the_simulator_does() -> None:
    curve = Curve((0.4, 0.7, 0.75, 0.9, 1.0, 1.0))
    fitted = fit(zip(map(float, curve.tiers_bps), curve.values, strict=True))
    assert fitted.saturation().bps == pytest.approx(curve.enough_bps())
    assert fitted.at(1e6) == pytest.approx(curve(1e6))


def test_nothing_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="no answers"):
        fit([])


def test_the_median_counts_those_that_were_never_readable() -> None:
    found = Distribution(
        (
            Saturation(200, "at most"),
            Saturation(300, ""),
            Saturation(500, ""),
            Saturation(3000, "more than"),
        )
    )
    assert [found.quantile(part) for part in (0.25, 0.5, 0.75, 0.9)] == [200, 300, 500, None]


def test_one_that_was_given_up_early_is_shared_among_the_rest() -> None:
    found = Distribution((Saturation(200, "more than"), Saturation(400, ""), Saturation(800, "")))
    assert found.quantile(0.4) == 400
    assert found.quantile(0.75) == 800


def test_no_quantile_where_nothing_was_ever_readable() -> None:
    assert Distribution((Saturation(200, "more than"),)).quantile(0.5) is None
    assert Distribution(()).quantile(0.5) is None


def test_bins_end_with_those_that_never_were() -> None:
    least, most = Saturation(200, "at most"), Saturation(800, "more than")
    found = Distribution((least, Saturation(400, ""), Saturation(401, ""), most))
    assert found.counts((200, 400, 800)) == (1, 1, 1, 1)
