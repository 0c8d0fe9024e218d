"""Curves, and what readers make of them."""

from __future__ import annotations

import random

import pytest

from artic_abr.simulation.reader import Curve, Reader, parse_curves

CURVE = Curve((0.2, 0.6, 0.8, 0.9, 1.0, 1.0))
HEADING = "original_index," + ",".join(f"confidence_{k}kbps" for k in range(6))


def test_a_curve_is_straight_between_its_tiers() -> None:
    assert [CURVE(b) for b in (1, 300_000, 610_000, 9e6)] == pytest.approx([0.2, 0.4, 0.8, 1.0])
    assert CURVE.enough_bps() == 610_000
    assert Curve((0.9,) * 6).enough_bps() == 200_000
    assert Curve((0.1,) * 6).enough_bps() == 3_150_000


def test_questions_take_turns() -> None:
    other = Curve((0.0,) * 6)
    reader = Reader((CURVE, other))
    assert [reader.curve(t) is CURVE for t in (0, 4.9, 5.0, 10.0)] == [True, True, False, True]


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ({}, {0.8}),
        ({"bias": 0.3}, {1.0}),
        ({"levels": 4}, {0.6667}),
        ({"missing": 0.5}, {None, 0.8}),
        ({"inverted": 0.5}, {0.2, 0.8}),
        ({"always": 0.75}, {0.75}),
    ],
)
def test_a_flawed_reader_says_something_else(
    flaw: dict[str, float], says: set[float | None]
) -> None:
    reader = Reader((CURVE,), **flaw)  # type: ignore[arg-type]
    chance = random.Random(1)
    said = {reader.says(1.0, 610_000, chance) for _ in range(50)}
    assert {None if value is None else round(value, 4) for value in said} == says


def test_the_table_is_read() -> None:
    assert parse_curves([HEADING, "7,0.2,0.6,0.8,0.9,1.0,1.0", ""]) == (CURVE,)


@pytest.mark.parametrize("line", ["7,0.1", "7,0,0,0,0,0,2", "7,a,0,0,0,0,0"])
def test_what_is_no_curve_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_curves([HEADING, line])


def test_a_table_without_curves_is_refused() -> None:
    with pytest.raises(ValueError, match="no curve"):
        parse_curves([HEADING])
