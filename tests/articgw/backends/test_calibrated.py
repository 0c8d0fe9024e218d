"""Readability through a table that was measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends import Prompt, Reply
from articgw.backends.calibrated import FORMAT, CalibratedBackend, Table, read_table
from articgw.backends.scripted import ScriptedBackend, Turn
from articgw.errors import ConfigError
from articgw.frame import Frame
from articgw.testing.fakes import picture

SURE = Table(FORMAT, ((0.5, 0.1), (0.8, 0.18), (1.0, 0.9)), "verbalised")


async def said(table: Table, readability: float | None) -> float | None:
    backend = CalibratedBackend(ScriptedBackend([Turn("EXIT", readability=readability)]), table)
    pieces = [
        piece async for piece in backend.ask(Prompt("?", Frame(picture(), 0.0)), deadline_s=5.0)
    ]
    (reply,) = [piece for piece in pieces if isinstance(piece, Reply)]
    assert reply.text == "EXIT"
    return reply.readability


@pytest.mark.parametrize(
    ("told", "holds"), [(0.8, 0.18), (0.65, 0.14), (0.2, 0.1), (1.0, 0.9), (None, None)]
)
async def test_what_is_said_becomes_what_held(told: float | None, holds: float | None) -> None:
    assert await said(SURE, told) == (None if holds is None else pytest.approx(holds))


async def test_a_table_of_another_source_is_left_alone() -> None:
    assert await said(Table(FORMAT, ((0.0, 0.0), (1.0, 0.5)), "logprobs"), 0.8) == 0.8


def test_all_else_is_the_back_ends_own() -> None:
    inner = ScriptedBackend([])
    assert CalibratedBackend(inner, SURE).model == inner.model


@given(st.floats(0, 1), st.floats(0, 1))
def test_who_says_more_is_not_trusted_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= SURE.at(low) <= SURE.at(high) <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"format": "other/1", "points": [[0, 0]]}',
        '{"format": "articgw-calibration/1", "points": []}',
        '{"format": "articgw-calibration/1", "points": [[0, 1], [1, 0]]}',
        '{"format": "articgw-calibration/1", "points": [[0, 0], [1, 2]]}',
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "table.json").write_text(text)
    with pytest.raises(ConfigError, match=r"table\.json"):
        read_table(tmp_path / "table.json")


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.json"):
        read_table(tmp_path / "absent.json")
