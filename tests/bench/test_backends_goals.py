"""Goals are computed from rows, and from nothing else."""

from __future__ import annotations

from tests.bench._backends_goals import goals_of


def _by_name(rows: list[dict[str, object]]) -> dict[str, float | None]:
    return {goal.name: goal.value for goal in goals_of(rows)}


def test_a_part_that_was_not_run_has_no_goals() -> None:
    assert goals_of([]) == []


def test_a_part_that_broke_has_goals_without_values() -> None:
    assert _by_name([{"part": "warm", "error": "x"}]) == {"warm_first_token_ratio": None}


def test_ratios_are_ours_over_theirs() -> None:
    found = _by_name([
        {"part": "cpu", "arm": "ours", "us_per_token": 20.0},
        {"part": "cpu", "arm": "openai client", "us_per_token": 200.0},
        {"part": "deadline", "arm": "ours", "case": "one is slow", "in_time": 0.9},
        {"part": "deadline", "arm": "ours", "case": "all well", "in_time": 0.1},
        {"part": "deadline", "arm": "fifo", "case": "one is slow", "in_time": 0.6},
        {"part": "short", "arm": "ours", "first_p95_s": 1.0},
        {"part": "short", "arm": "fifo", "first_p95_s": 4.0},
        {"part": "warm", "cold_ms": 10.0, "warm_ms": 6.0},
    ])  # fmt: skip
    assert {name: round(value or 0, 3) for name, value in found.items()} == {
        "token_cpu_vs_sdk": 0.1,
        "deadline_gain_vs_fifo": 1.5,
        "short_p95_vs_fifo": 0.25,
        "warm_first_token_ratio": 0.6,
    }


def test_an_adapter_conforms_only_as_a_whole() -> None:
    found = _by_name([
        {"part": "adapters", "adapter": "a", "passed": True},
        {"part": "adapters", "adapter": "b", "passed": True},
        {"part": "adapters", "adapter": "b", "passed": False},
        {"part": "secrets", "hits": 0},
        {"part": "greedy", "arm": "ours", "jain": 0.99},
        {"part": "greedy", "arm": "ours", "jain": 0.97},
        {"part": "greedy", "arm": "fifo", "jain": 0.5},
    ])  # fmt: skip
    assert found == {"adapters_conforming": 1.0, "secret_hits": 0.0, "jain_greedy": 0.97}
