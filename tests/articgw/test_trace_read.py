"""Traces are read as they were written; anything else is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.errors import TraceError
from articgw.trace import TraceFile
from articgw.trace_read import Answered, Asked, Line, Second, Start, read_trace

START = (
    '{"t":10.0,"who":"session","what":"start","clock":"monotonic, s",'
    '"wall":"2026-01-01T00:00:00.000+00:00","session":"1a2b3c4d","version":"0.1.0"}\n'
)
SECOND = '{"t":11.0,"who":"link","what":"second","received_bps":5,"new":{"a":1}}\n'


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "t.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    trace = TraceFile(tmp_path)
    trace.begin("secret", now=5.0)
    trace.write("session", "ask", now=6.0, id="q1")
    trace.write("session", "answer", now=7.0, id="q1", readability=None, done_ms=900, finish="stop")
    trace.write("link", "second", now=8.0, received_bps=1, asked=True, queue_ms=float("nan"))
    trace.close()
    assert trace.path is not None
    log = read_trace(trace.path)
    assert [type(line) for line in log.lines] == [Start, Asked, Answered, Second]
    assert log.of(Answered)[0].done_ms == 900.0
    assert log.of(Second)[0].asked and log.of(Second)[0].queue_ms is None
    assert log.duration_s == 3.0 and log.note is None


def test_lines_and_fields_that_are_not_known_are_passed_over(tmp_path: Path) -> None:
    line = '{"t":12,"who":"moon","what":"rise","why":"evening","height":3}\n'
    log = read_trace(write(tmp_path, START + SECOND + line))
    assert log.of(Second)[0].received_bps == 5
    assert type(log.lines[-1]) is Line and log.lines[-1].why == "evening"


@pytest.mark.parametrize("last", ['{"t":12.0,"who":"li', "{}", '{"t":"now"}', "\x00\x00"])
def test_a_last_line_that_is_cut_off_is_noted(tmp_path: Path, last: str) -> None:
    log = read_trace(write(tmp_path, START + SECOND + last))
    assert len(log.lines) == 2
    assert log.note is not None and "line 3" in log.note


NOT_TRACES = [
    ("an empty file", "", 1),
    ("text", "hello\nworld\n", 1),
    ("bytes", b"\x89PNG\r\n\xff\xfe", 1),
    ("another JSON", "{}\n", 1),
    ("no start", SECOND + START, 1),
    ("one line that is no start", SECOND, 1),
    ("a start without its session", '{"t":1,"who":"session","what":"start"}\n' + SECOND, 1),
    ("a broken line inside", START + "{\n" + SECOND, 2),
    ("a wrong field inside", START + SECOND + SECOND.replace("5", '"x"') + SECOND, 3),
]


@pytest.mark.parametrize(
    ("text", "line"), [case[1:] for case in NOT_TRACES], ids=[case[0] for case in NOT_TRACES]
)
def test_what_is_not_a_trace_is_named_by_line(tmp_path: Path, text: str | bytes, line: int) -> None:
    path = write(tmp_path, text)
    with pytest.raises(TraceError) as caught:
        read_trace(path)
    assert caught.value.where == f"{path}:{line}"


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="No such file"):
        read_trace(tmp_path / "none.jsonl")
