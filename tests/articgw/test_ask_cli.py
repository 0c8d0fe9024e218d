"""`articgw ask` where there is nothing to ask; with a gateway: integration/test_ask_cli.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articgw.cli import main
from tests.helpers.films import film, picture

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTICGW_TOKEN", raising=False)
    monkeypatch.delenv("ARTICGW_LOG", raising=False)


def test_help_tells_sources_and_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["ask", "--help"])
    assert caught.value.code == 0
    printed = capsys.readouterr().out
    for words in ("articgw ask --source street.mp4", "exit codes:", "  130  Ctrl-C", "camera:1"):
        assert words in printed


@pytest.mark.parametrize("source", ["none.mp4", "camera:97", "gopher://h/a"])
def test_a_source_that_cannot_be_opened_exits_with_2(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "--source", source, "what?"]) == 2
    said = capsys.readouterr()
    assert f"articgw ask: cannot open {source}" in said.err and said.out == ""


def test_a_log_level_that_is_none_exits_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTICGW_LOG", "loud")
    assert main(["ask", "--session", "s", "what?"]) == 2
    assert "ARTICGW_LOG" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["film", "picture", "session"])
def test_a_gateway_that_is_not_there_exits_with_3(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    what = {
        "film": ["--source", str(film(tmp_path / "a.mp4", 5))],
        "picture": ["--source", str(picture(tmp_path / "a.png"))],
        "session": ["--session", "s"],
    }[kind]
    assert main(["ask", *what, "--gateway", NOBODY, "--json", "one?", "two?"]) == 3
    said = capsys.readouterr()
    assert f"articgw ask: no gateway answers at {NOBODY}: Connection refused" in said.err
    (line,) = said.out.splitlines()
    assert json.loads(line)["code"] == "call_lost"


def test_a_token_that_no_header_can_carry_exits_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = [
        "ask",
        "--session",
        "s",
        "--gateway",
        NOBODY,
        "--token",
        "hunter2\u00e9hunter2",
        "what?",
    ]
    assert main(argv) == 2
    said = capsys.readouterr()
    assert "token has characters" in said.err and "hunter2" not in said.out + said.err
