"""A goal of the doors bench must not look better than what was seen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench._doors_goals import ENOUGH_HAPPENED, ONE, TEN, goals_of


def row(part: str, **figures: Any) -> dict[str, Any]:
    return {"part": part, **figures}


def value_of(name: str, *rows: dict[str, Any]) -> float | None:
    return next(goal.value for goal in goals_of(rows) if goal.name == name)


def test_parts_that_were_not_run_have_no_goals() -> None:
    assert [goal.name for goal in goals_of([row("whip", passed=True)])] == ["whip_codes"]


def test_a_part_that_broke_has_no_value() -> None:
    assert value_of("whip_codes", row("whip", passed=True), row("whip", error="gone")) is None


def test_own_delay_is_the_median_of_the_repeats_of_its_arm() -> None:
    rows = [row("delay", arm=ONE, own_p95_ms=ms) for ms in (9.0, 5.0, 30.0)]
    rows += [row("delay", arm=TEN, own_p95_ms=ms) for ms in (19.0, 15.0, 80.0)]
    assert value_of("own_delay_p95_ms", *rows) == 9.0
    assert value_of("own_delay_p95_ms_10", *rows) == 19.0


def test_one_client_counts_once_and_only_if_it_was_answered() -> None:
    rows = [row("foreign", client=client, passed=passed)
            for client, passed in (("a 1", True), ("a 1", True), ("b 2", False))]  # fmt: skip
    assert value_of("foreign_clients", *rows) == 1


def test_faults_that_are_answered_all_the_same_are_not_counted_as_typed() -> None:
    ends = ("backend_refused", True), (None, True), ("backend_garbled", False)
    rows = [row("faults", code=code, passed=passed) for code, passed in ends]
    assert value_of("faults_typed", *rows) == 1


@pytest.mark.parametrize(
    ("seen", "share"),
    [([(True, True), (False, True), (False, False)], 0.5), ([(True, True)], 1.0),
     ([(True, False)], None)],
)  # fmt: skip
def test_digits_that_the_reader_cannot_read_anyway_are_left_out(
    seen: list[tuple[bool, bool]], share: float | None
) -> None:
    rows = [row("digits", right=right, right_on_original=original) for right, original in seen]
    assert value_of("digits_right", *rows) == share


def test_no_secret_found_means_nothing_where_nothing_happened() -> None:
    hit = row("secrets", sentinel="key")
    enough = row("secrets", happened=ENOUGH_HAPPENED)
    assert value_of("secret_hits", enough) == 0
    assert value_of("secret_hits", enough, hit, hit) == 2
    assert value_of("secret_hits", row("secrets", happened={**ENOUGH_HAPPENED, "http": 1})) is None
