"""A part that cannot be measured here says so, and does not end the bench."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from articgw.errors import ConfigError
from tests.bench._codecs_parts import PARTS, Order, Part, measured
from tests.bench._codecs_wanted import WANTED, completed, goal
from tests.bench._common import Goal
from tests.bench.codecs import parts_of

ORDER = Order(Path("set"), Path("kept"), Path("out"), 1, True, "embedded", Console(quiet=True))


def test_rows_say_which_part_they_are_of() -> None:
    one = goal("loss20_windows", 1.0)
    part = measured("loss", lambda order: Part([{"share": 1.0}], [one]), ORDER)
    assert part == Part([{"part": "loss", "share": 1.0}], [one])


@pytest.mark.parametrize(
    ("error", "row"),
    [
        (ImportError("no browser driver"), {"left_out": "no browser driver"}),
        (RuntimeError("the page complains"), {"error": "RuntimeError: the page complains"}),
    ],
)
def test_a_part_that_fails_is_a_row(error: Exception, row: dict[str, str]) -> None:
    def failing(order: Order) -> Part:
        raise error

    assert measured("chromium", failing, ORDER) == Part([{"part": "chromium"} | row], [])


def test_parts_are_named_or_all() -> None:
    assert parts_of("") == ("offline", *PARTS)
    assert parts_of("rate, loss") == ("rate", "loss")
    with pytest.raises(ConfigError, match="no such part"):
        parts_of("rates")


def test_a_goal_that_nobody_measured_is_missed() -> None:
    goals = completed([goal("age_p95_ms", 400.0)])
    assert [one.name for one in goals] == list(WANTED)
    assert [one.name for one in goals if one.met] == ["age_p95_ms"]
    assert Goal("text_25k", None, 0.8, "higher") in goals
