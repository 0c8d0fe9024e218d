"""Questions from the command line and from a pipe or a file."""

from __future__ import annotations

import os
from contextlib import aclosing
from pathlib import Path

import pytest

from articgw.ask_stdin import questions


def nobody_types() -> None:
    raise AssertionError("there is nobody to type")


async def test_questions_come_in_turn_and_lines_where_a_dash_stands(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_bytes("zwei?\n\n  drei?  \nvier\xe4".encode())
    fd = os.open(lines, os.O_RDONLY)
    asked = [q async for q in questions(["one?", "-", "five?"], prompt=nobody_types, fd=fd)]
    os.close(fd)
    assert asked == ["one?", "zwei?", "drei?", "vier\xe4", "five?"]


async def test_a_line_of_a_pipe_is_asked_before_the_next_one_is_written() -> None:
    reading, writing = os.pipe()
    async with aclosing(questions(["-"], prompt=nobody_types, fd=reading)) as asked:
        for line in ("one?", "two?"):
            os.write(writing, f"{line}\n".encode())
            assert await anext(asked) == line
        os.close(writing)
        assert await anext(asked, None) is None
    os.close(reading)


async def test_who_has_no_stdin_asks_nothing_there() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    os.close(reading)
    assert [q async for q in questions(["-", "one?"], prompt=nobody_types, fd=reading)] == ["one?"]


async def test_a_stdin_that_was_closed_is_not_another_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert [q async for q in questions(["-", "one?"], prompt=nobody_types)] == ["one?"]


async def test_broken_characters_do_not_break_a_question() -> None:
    asked = [q async for q in questions(["caf\udce9?"], prompt=nobody_types)]
    assert asked == ["caf??"]
