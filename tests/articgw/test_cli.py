"""Flags, environment and file become one Config; mistakes are said and exit with 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from articgw.cli import main, read_config
from articgw.config import Config, IceServer


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Config.__dataclass_fields__:
        monkeypatch.delenv(f"ARTICGW_{name.upper()}", raising=False)


def test_defaults() -> None:
    assert read_config([]) == Config()


def test_flags_over_environment_over_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "articgw.yaml"
    file.write_text("port: 1001\nmax_sessions: 2\nstale_frame_s: 7\n")
    monkeypatch.setenv("ARTICGW_MAX_SESSIONS", "3")
    config = read_config(["--stale_frame_s", "9", "--config", str(file)])
    assert (config.port, config.max_sessions, config.stale_frame_s) == (1001, 3, 9.0)


def test_a_file_with_an_unknown_key_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "articgw.yaml"
    file.write_text("max_sesions: 2\n")
    with pytest.raises(SystemExit):
        read_config(["--config", str(file)])
    assert "max_sesions" in capsys.readouterr().err


def test_environment() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTICGW_PORT", "1234")
        patch.setenv("ARTICGW_BACKEND", "scripted")
        assert read_config([]) == Config(port=1234, backend="scripted")


def test_ice_servers_are_spelled_as_in_the_browser() -> None:
    servers = '[{"urls": "turn:t.example", "username": "u", "credential": "c"}]'
    assert read_config(["--ice_servers", servers]).ice_servers == (
        IceServer("turn:t.example", "u", "c"),
    )


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["serve", "--port", "many"], "port"),
        (["serve", "--prot", "1"], "prot"),
        (["serve", "--config", "no-such-file.yaml"], "no-such-file"),
    ],
)
def test_a_flag_that_cannot_be_read_exits_with_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["dance"], "no command 'dance'"),
        (["serve", "--host", "0.0.0.0"], "no token is set"),
        (["serve", "--backend", "oracle"], "embedded, scripted"),
    ],
)
def test_a_setting_that_cannot_work_exits_with_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["--help"]])
def test_help_names_the_commands(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    printed = capsys.readouterr().out
    assert "serve" in printed and "models fetch" in printed


@pytest.mark.parametrize("command", ["serve", "models", "schema", "trace", "relay"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"articgw {command}" in capsys.readouterr().out


def test_help_tells_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    assert "default: 8080" in capsys.readouterr().out


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert "Ask" in json.loads(capsys.readouterr().out)["$defs"]
