"""Own delay: from the client's question to the last byte of the request, and what never came."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench._doors_join import figures_of, joined, median_of, rank, spread

ASKED = {"key": "q-1", "id": "q1", "gap_s": 0.5, "sent_t": 10.0, "delta_t": 10.05}
SERVED = {"key": "q-1", "first_t": 10.006, "last_t": 10.009, "token_t": 10.045}
TRACED: list[dict[str, Any]] = [
    {"t": 9.0, "what": "read_ahead", "id": None},
    {"t": 10.001, "what": "ask", "id": "q1"},
    {"t": 10.0015, "what": "look", "id": "q1"},
]


def test_a_question_is_followed_through_three_processes() -> None:
    (took,) = joined([ASKED], [SERVED], TRACED)
    expected = {
        "own_ms": 9, "first_byte_ms": 6, "token_ms": 5,
        "channel_ms": 1, "frame_ms": 0.5, "request_ms": 4.5, "body_ms": 3,
    }  # fmt: skip
    assert {name: getattr(took, name) for name in expected} == pytest.approx(expected)
    parts = took.channel_ms, took.frame_ms, took.request_ms, took.body_ms
    assert sum(part for part in parts if part is not None) == pytest.approx(took.own_ms)


def test_the_first_of_two_requests_counts() -> None:
    again = SERVED | {"first_t": 12.0, "last_t": 12.1}
    (took,) = joined([ASKED], [SERVED, again], TRACED)
    assert took.own_ms == pytest.approx(9)


def test_requests_of_no_question_are_left_out() -> None:
    (took,) = joined([ASKED], [SERVED | {"key": None}], [])
    assert took.own_ms is None and took.channel_ms is None


def test_what_never_came_is_longer_than_all_others() -> None:
    few, many = [*[1.0] * 19, None], [*[1.0] * 18, None, None]
    assert spread("own_ms", few) == {"own_p50_ms": 1.0, "own_p95_ms": 1.0, "own_max_ms": None}
    assert spread("own_ms", many)["own_p95_ms"] is None


def test_questions_after_a_long_pause_are_shown_apart() -> None:
    late = ASKED | {"key": "q-2", "gap_s": 5.0, "sent_t": 20.0}
    served = SERVED | {"key": "q-2", "first_t": 20.01, "last_t": 20.02}
    figures = figures_of(joined([ASKED, late], [SERVED, served], TRACED))
    assert figures["own_p50_ms"] == pytest.approx(9)
    assert figures["own_after_pause_p50_ms"] == pytest.approx(20)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_rank_is_one_of_the_values_and_enough_are_not_above_it(
    values: list[float], share: float
) -> None:
    found = rank(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_nothing_has_no_rank() -> None:
    assert rank([], 0.5) is None


def test_an_arm_has_no_median_where_a_repeat_has_no_figure() -> None:
    rows = [{"arm": "a", "own_p95_ms": ms} for ms in (9.0, 5.0, 30.0)]
    assert median_of(rows, "a", "own_p95_ms") == 9.0
    assert median_of([*rows, {"arm": "a", "own_p95_ms": None}], "a", "own_p95_ms") is None
    assert median_of(rows, "b", "own_p95_ms") is None
