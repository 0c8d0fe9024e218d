"""A part that cannot be measured here says so, and does not end the bench."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from articgw.errors import ConfigError
from tests.bench import _codecs_parts
from tests.bench._codecs_parts import PARTS, Order, Part, measured
from tests.bench._common import Goal
from tests.bench.codecs import parts_of

ORDER = Order(Path("set"), Path("kept"), 1, True, Console(quiet=True))


def test_rows_say_which_part_they_are_of(monkeypatch: pytest.MonkeyPatch) -> None:
    goal = Goal("a", 1.0, 1.0, "higher")
    monkeypatch.setitem(PARTS, "loss", lambda order: Part([{"share": 1.0}], [goal]))
    assert measured("loss", ORDER) == Part([{"kind": "loss", "share": 1.0}], [goal])


def test_a_part_that_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(order: Order) -> Part:
        raise ImportError("no browser driver")

    monkeypatch.setitem(_codecs_parts.PARTS, "chromium", missing)
    assert measured("chromium", ORDER).rows == [
        {"kind": "chromium", "left_out": "no browser driver"}
    ]


def test_parts_are_named_and_a_quick_run_has_the_arms_only() -> None:
    assert parts_of("", quick=True) == ("offline",)
    assert set(parts_of("", quick=False)) == {"offline", *PARTS}
    assert parts_of("rate, loss", quick=True) == ("rate", "loss")
    with pytest.raises(ConfigError, match="no such part"):
        parts_of("rates", quick=False)
