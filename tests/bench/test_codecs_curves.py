"""Where a curve reaches 90 %, and what one arm's rate is of another's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench._codecs_curves import (
    Table,
    gain,
    points_of,
    ratio,
    reached,
    share_at,
    table_of,
    things_of,
)


def rows(shares: dict[float, float], *, things: int = 4) -> list[dict[str, Any]]:
    return [
        {
            "asked": f"clip/s{thing}",
            "rate_bps": rate,
            "wire_bps": rate,
            "got": [share, share],
            "original": [1.0, 1.0],
        }
        for thing in range(things)
        for rate, share in shares.items()
    ]


def table(made: list[dict[str, Any]]) -> Table:
    found = table_of(made, things_of(made))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("shares", "bps", "bound"),
    [
        ((0.5, 1.0), 10_000 * 10 ** (0.4 / 0.5), ""),
        ((0.9, 1.0), 10_000, "at most"),
        ((0.2, 0.8), 100_000, "more than"),
    ],
)
def test_equal_accuracy_lies_between_rates_in_their_logarithm(
    shares: tuple[float, float], bps: float, bound: str
) -> None:
    found = reached([(10_000, shares[0]), (100_000, shares[1])])
    assert found.bps == pytest.approx(bps)
    assert found.bound == bound


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_the_rate_is_one_of_those_measured_or_between(shares: list[float]) -> None:
    found = reached(list(zip((1e4, 1e5, 1e6), shares, strict=True)))
    assert 1e4 <= found.bps <= 1e6 * (1 + 1e-9)


def test_the_order_of_rates_does_not_matter() -> None:
    assert reached([(1e5, 1.0), (1e4, 0.5)]) == reached([(1e4, 0.5), (1e5, 1.0)])


def test_a_share_at_a_rate_is_not_made_up_below_what_was_measured() -> None:
    made = table(rows({1e4: 0.2, 1e6: 0.8}))
    assert share_at(made, 1e5) == pytest.approx(0.5)
    assert share_at(made, 9e3) is None
    assert share_at(made, 1e7) == pytest.approx(0.8)


def test_a_table_with_holes_is_none() -> None:
    made = rows({1e4: 0.5, 1e5: 1.0})
    assert table_of(made[1:], things_of(made)) is None
    assert table_of([], ()) is None


def test_an_original_that_cannot_be_read_weighs_nothing() -> None:
    made = rows({1e4: 0.8}, things=2)
    made[0] |= {"got": [0.0, 0.0], "original": [0.0, 0.0]}
    assert table(made).shares() == pytest.approx([0.8])


def test_a_band_holds_its_point() -> None:
    made = rows({1e4: 0.5, 1e5: 1.0})
    made[0]["got"] = [0.1, 0.0]
    for point in points_of(table(made)):
        assert point.low <= point.share <= point.high
    assert points_of(table(made))[0].low < points_of(table(made))[0].high


def test_a_ratio_says_where_it_is_only_a_bound() -> None:
    ours, theirs = table(rows({1e4: 1.0, 1e5: 1.0})), table(rows({1e4: 0.1, 1e5: 0.5}))
    found = ratio(ours, theirs)
    assert found[:3] == pytest.approx((0.1, 0.1, 0.1))
    assert found.bounds == "ours at most 10 kb/s, theirs more than 100 kb/s"


def test_a_gain_that_all_things_share_has_no_width() -> None:
    ours, theirs = rows({1e4: 0.9}), rows({1e4: 0.5})
    for number, share in enumerate((0.1, 0.2, 0.3, 0.4)):
        theirs[number]["got"] = [share, share]
        ours[number]["got"] = [share + 0.5, share + 0.5]
    assert gain(table(ours), table(theirs), 1e4) == pytest.approx((0.5, 0.5, 0.5))
