"""`articgw trace`: tables or JSON, and a mistake is said in one line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from articgw.cli import main
from articgw.trace import TraceFile
from articgw.trace_summary import summarise
from articgw.trace_view import show
from tests.articgw.test_trace_summary import SMALL, log_of


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """A file of a short call."""
    writer = TraceFile(tmp_path)
    writer.begin("secret", now=5.0)
    writer.write("link", "second", now=6.0, received_bps=400_000, frame_age_ms=30.0, asked=False)
    writer.write("session", "ask", now=6.5, id="q1")
    writer.write(
        "session", "answer", now=7.5, id="q1", readability=0.75, finish="stop", done_ms=1e3
    )
    writer.close()
    assert writer.path is not None
    return writer.path


@pytest.mark.parametrize("width", [80, 200])
def test_the_tables_say_what_the_summary_knows(width: int) -> None:
    out = io.StringIO()
    show(summarise(SMALL), Console(file=out, width=width))
    printed = out.getvalue()
    for part in ("10.0 s", "q1", "0.80", "recognition", "no_frame", "2 asked, 1 idle", "1 loss",
                 "1 acknowledged", "1 bad_message", "note: cut"):  # fmt: skip
        assert part in printed, part
    assert max(map(len, printed.splitlines())) <= width


def test_a_call_in_which_nothing_happened_can_be_shown() -> None:
    out = io.StringIO()
    show(summarise(log_of()), Console(file=out))
    assert "duration" in out.getvalue()


def test_the_command_prints_tables(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(trace)]) == 0
    assert "q1" in capsys.readouterr().out


def test_the_command_prints_json(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", str(trace), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["questions"][0]["readability"] == 0.75
    assert summary["received_bps"]["median"] == 400_000


@pytest.mark.parametrize("flags", [["--plot"], ["--plot", "other.png", "--json"]])
def test_the_command_draws_where_it_is_told(
    trace: Path, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(trace.parent)
    assert main(["trace", str(trace), *flags]) == 0
    out = trace.parent / "other.png" if "other.png" in flags else trace.with_suffix(".png")
    assert out.read_bytes().startswith(b"\x89PNG")


def test_what_is_not_a_trace_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk\n")
    assert main(["trace", str(path)]) == 2
    assert f"{path}:1" in capsys.readouterr().err


def test_the_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["trace", "--help"])
    assert caught.value.code == 0
    assert "articgw trace" in capsys.readouterr().out
