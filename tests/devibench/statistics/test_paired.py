"""Two arms on the same questions, against statsmodels and scipy."""

from __future__ import annotations

import pytest
from scipy import stats  # type: ignore[import-untyped,unused-ignore]

from devibench.statistics.paired import difference, mcnemar, mean_difference


def _table(both: int, first: int, second: int, neither: int) -> tuple[list[bool], list[bool]]:
    pairs = [(True, True)] * both + [(True, False)] * first
    pairs += [(False, True)] * second + [(False, False)] * neither
    return [a for a, _ in pairs], [b for _, b in pairs]


@pytest.mark.parametrize(
    ("cells", "p"),
    [
        ((101, 121, 59, 33), 4.4344492637551645e-06),
        ((30, 5, 12, 40), 0.143463134765625),
        ((20, 1, 9, 4), 0.021484375),
        ((10, 0, 0, 5), 1.0),
    ],
)
def test_mcnemar_is_that_of_statsmodels(cells: tuple[int, int, int, int], p: float) -> None:
    first, second = _table(*cells)
    videos = [str(place) for place in range(len(first))]
    found = mcnemar(first, second, videos)
    assert (found.only_first, found.only_second) == cells[1:3]
    assert found.p == pytest.approx(p, rel=1e-9)


def test_by_video_equals_exact_where_each_video_has_one_question() -> None:
    first, second = _table(20, 1, 9, 4)
    found = mcnemar(first, second, [str(place) for place in range(34)])
    assert found.p_by_video == pytest.approx(found.p, rel=1e-9)


def test_by_video_is_the_sign_test_where_videos_differ_alike() -> None:
    first = [True] * 40 + [False] * 10
    second = [False] * 40 + [True] * 10
    videos = [str(place // 5) for place in range(50)]
    found = mcnemar(first, second, videos)
    assert found.p_by_video == pytest.approx(stats.binomtest(8, 10).pvalue, rel=1e-9)
    assert found.p < found.p_by_video / 100


def test_a_difference_in_every_video_is_beyond_chance() -> None:
    first = [True, True, True, False] * 15
    second = [True, False, False, False] * 15
    videos = [str(place // 4) for place in range(60)]
    found = difference(first, second, videos)
    assert found == pytest.approx((0.5, 0.5, 0.5))
    assert mcnemar(first, second, videos).p_by_video < 0.001


def test_turned_round_a_difference_changes_its_sign() -> None:
    first, second = _table(10, 8, 3, 9)
    videos = [str(place % 7) for place in range(30)]
    one, other = difference(first, second, videos), difference(second, first, videos)
    assert one.value == pytest.approx(-other.value)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=0.01)


def test_one_video_has_no_interval() -> None:
    assert difference([True, True], [True, False], ["a", "a"]) == (0.5, -1.0, 1.0)
    assert mean_difference([2.0], [1.0], ["a"]) is None


def test_figures_of_any_kind_are_paired() -> None:
    found = mean_difference([300.0, 320, 310, 305], [250.0, 240, 260, 255], ["a", "b", "c", "d"])
    assert found is not None
    assert found.value == pytest.approx(57.5)
    assert (found.low, found.high) == (50.0, 80.0)


@pytest.mark.parametrize("second", [[True] * 4, [True, True, True, False]])
def test_one_video_that_differs_proves_nothing(second: list[bool]) -> None:
    assert mcnemar([True] * 4, second, ["a", "b", "c", "d"]).p_by_video == 1.0


def test_arms_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter|longer"):
        mcnemar([True], [True, False], ["a"])
