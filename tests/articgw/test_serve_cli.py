"""Flags, environment and file become one Config; mistakes are said, secrets are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw.config import Config, IceServer
from articgw.serve_cli import read_config, with_environment

SECRET = "12345678901234567890123456789012"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Config.__dataclass_fields__:
        monkeypatch.delenv(f"ARTICGW_{name.upper()}", raising=False)
    for name in ("ARTICGW_CONFIG", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


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


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICGW_PORT", "1234")
    monkeypatch.setenv("ARTICGW_BACKEND", "scripted")
    assert read_config([]) == Config(port=1234, backend="scripted")


def test_tools_are_named_in_one_setting_that_is_never_shown() -> None:
    config = read_config(["--tools", "price=http://me:S3CRET@h/p beep=client"])
    assert config.tools == "price=http://me:S3CRET@h/p beep=client" and "S3CRET" not in repr(config)


def test_ice_servers_are_spelled_as_in_the_browser() -> None:
    servers = '[{"urls": "turn:t.example", "username": "u", "credential": "c"}]'
    assert read_config(["--ice_servers", servers]).ice_servers == (
        IceServer("turn:t.example", "u", "c"),
    )


def test_the_usual_names_of_key_and_server_are_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://m.example/v1")
    config = read_config(["--backend", "openai:qwen3-vl:4b"])
    assert (config.backend, config.api_key) == ("openai:qwen3-vl:4b@https://m.example/v1", "sk-1")
    assert read_config([]) == Config()


URL, KEY = "https://m.example/v1", "sk-1"


@pytest.mark.parametrize(
    ("backend", "api_key", "environ", "becomes"),
    [
        ("openai:m", None, {}, ("openai:m", None)),
        ("openai:m", None, {"OPENAI_BASE_URL": " "}, ("openai:m", None)),
        ("openai:m", None, {"OPENAI_API_KEY": ""}, ("openai:m", None)),
        ("openai:m", "own", {"OPENAI_API_KEY": KEY}, ("openai:m", "own")),
        ("openai:m@2024", None, {"OPENAI_BASE_URL": URL}, (f"openai:m@2024@{URL}", None)),
        ("openai:m@http://h/v1", None, {"OPENAI_BASE_URL": URL}, ("openai:m@http://h/v1", None)),
        ("openai:m@https://h", None, {"OPENAI_API_KEY": KEY}, ("openai:m@https://h", KEY)),
        ("embedded", None, {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": URL}, ("embedded", None)),
    ],
)
def test_only_what_is_not_said_is_filled_in(
    backend: str, api_key: str | None, environ: dict[str, str], becomes: tuple[str, str | None]
) -> None:
    filled = with_environment({"backend": backend, "api_key": api_key, "port": 1}, environ)
    assert (filled["backend"], filled["api_key"], filled["port"]) == (*becomes, 1)


@pytest.mark.parametrize("key", ["token", "api_key"])
@pytest.mark.parametrize(
    "argv",
    [
        ["--port", "many"],
        ["--print_config"],
        ["--prot", "1"],
        ["--help"],
        [],
    ],
)
@pytest.mark.parametrize("file_text", ["{key}: {secret}\n", "{key}: {secret}\n  port: [\n", ""])
def test_no_complaint_and_no_help_prints_a_secret(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    argv: list[str],
    file_text: str,
) -> None:
    file = tmp_path / "articgw.yaml"
    file.write_text(file_text.format(key=key, secret=SECRET))
    monkeypatch.setenv("ARTICGW_TOKEN", SECRET + "e")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET + "o")
    try:
        shown = repr(read_config([*argv, "--config", str(file)]))
    except SystemExit:
        shown = ""
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err + shown


@pytest.mark.parametrize(
    "argv", [["--tokne", SECRET], [f"--tokne={SECRET}"], ["--token", SECRET, "--port", "x"]]
)
def test_a_typing_error_in_a_flag_prints_no_secret(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_config(argv)
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err


def test_a_token_of_digits_in_a_file_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "articgw.yaml"
    file.write_text(f"token: {SECRET}\n")
    with pytest.raises(SystemExit):
        read_config(["--config", str(file)])
    assert "token: its value cannot be read as text; put it in quotes" in capsys.readouterr().err
