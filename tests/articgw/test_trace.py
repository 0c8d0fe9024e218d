"""Lines go to the file, in order, and a file that takes none disturbs nobody."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from articgw.errors import ConfigError
from articgw.trace import (
    FLUSH_LINES,
    MemoryTrace,
    NoTrace,
    Trace,
    TraceFile,
    check_folder,
    open_trace,
    short_id,
)

SECRET = "a-session-that-is-a-secret"


def lines_in(folder: Path) -> list[dict[str, Any]]:
    """The only file of a folder, parsed."""
    (path,) = folder.iterdir()
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def begun(folder: Path, *, max_bytes: int = 10**6) -> TraceFile:
    """A trace that began at 100 s."""
    trace = TraceFile(folder, max_bytes=max_bytes)
    trace.begin(SECRET, now=100.0)
    return trace


def test_the_first_line_names_the_clock_and_not_the_secret(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    trace.close()
    (start,) = lines_in(tmp_path)
    assert (start["t"], start["who"], start["what"]) == (100.0, "session", "start")
    assert start["clock"] == "monotonic, s" and start["version"]
    assert start["wall"].endswith("+00:00")
    assert start["session"] == short_id(SECRET) and len(start["session"]) == 8
    assert trace.path is not None and SECRET not in trace.path.read_text()
    assert trace.path.name.endswith(f"Z-{short_id(SECRET)}.jsonl")


def test_lines_that_come_before_the_beginning_wait_for_it(tmp_path: Path) -> None:
    trace = TraceFile(tmp_path)
    trace.write("codecs", "steer", now=99.0)
    trace.write("codecs", "steer", now=102.0)
    assert list(tmp_path.iterdir()) == []
    trace.begin(SECRET, now=100.0)
    trace.close()
    assert [line["what"] for line in lines_in(tmp_path)] == ["start", "steer", "steer"]


def test_a_line_has_who_what_why_and_its_fields(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    trace.write("codecs", "steer", now=101.5, why="idle", seq=1, size_px=(640, 360), regions=[])
    trace.close()
    assert lines_in(tmp_path)[1] == {
        "t": 101.5, "who": "codecs", "what": "steer", "why": "idle",
        "seq": 1, "size_px": [640, 360], "regions": [],
    }  # fmt: skip


def test_what_json_cannot_say_is_null(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    trace.write("link", "second", now=101.0, queue_ms=float("nan"))
    trace.close()
    assert lines_in(tmp_path)[1]["queue_ms"] is None


def test_lines_are_in_the_file_a_second_later(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    trace.write("link", "second", now=100.5)
    assert lines_in(tmp_path) == []
    trace.write("link", "second", now=101.0)
    trace._thread.submit(lambda: None).result()
    assert len(lines_in(tmp_path)) == 3
    trace.close()


def test_many_lines_are_kept_in_order(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    for number in range(3 * FLUSH_LINES + 5):
        trace.write("abr", "estimate", now=100.0, number=number)
    trace.close()
    numbers = [line["number"] for line in lines_in(tmp_path)[1:]]
    assert numbers == list(range(3 * FLUSH_LINES + 5))


def test_a_full_file_says_so_in_its_last_line_and_grows_no_more(tmp_path: Path) -> None:
    trace = begun(tmp_path, max_bytes=2000)
    for number in range(100):
        trace.write("abr", "estimate", now=100.0 + number)
    trace.close()
    last = lines_in(tmp_path)[-1]
    assert (last["who"], last["what"]) == ("trace", "full") and last["why"]
    assert trace.path is not None and trace.path.stat().st_size < 2200


def test_nothing_is_written_after_the_end(tmp_path: Path) -> None:
    trace = begun(tmp_path)
    trace.close()
    trace.write("link", "second", now=200.0)
    trace.close()
    assert len(lines_in(tmp_path)) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_logged_once_and_ends_the_trace_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    trace = begun(tmp_path)
    assert trace._file is not None
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), trace._file.fileno())
    with caplog.at_level(logging.WARNING):
        for number in range(10):
            trace.write("link", "second", now=101.0 + 2 * number)
        trace.close()
    assert [r.getMessage().endswith("No space left on device") for r in caplog.records] == [True]


def test_nothing_is_written_unless_a_folder_is_set(tmp_path: Path) -> None:
    assert isinstance(open_trace(None), NoTrace)
    assert isinstance(open_trace(tmp_path), TraceFile)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_costs_the_trace_and_not_the_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    trace = begun(tmp_path / "gone")
    trace.write("link", "second", now=2.0)
    trace.close()
    assert trace.path is None and "not traced" in caplog.text


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    check_folder(None)


def test_a_folder_that_cannot_be_written_is_a_setting_that_cannot_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="trace_dir"):
        check_folder(tmp_path / "file" / "traces")


def test_memory_keeps_every_line() -> None:
    memory = MemoryTrace()
    trace: Trace = memory
    trace.write("abr", "need", now=1.0, why="floor", need_bps=5)
    assert memory.lines == [{"t": 1.0, "who": "abr", "what": "need", "why": "floor", "need_bps": 5}]
