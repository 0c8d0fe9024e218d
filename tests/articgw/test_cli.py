"""Which command is meant; mistakes are said and exit with 2."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from articgw.cli import COMMANDS, main
from articgw.config import Config


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Config.__dataclass_fields__:
        monkeypatch.delenv(f"ARTICGW_{name.upper()}", raising=False)


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
        (["serve", "--backend", "oracle"], "embedded, "),
    ],
)
def test_a_setting_that_cannot_work_exits_with_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    assert says in capsys.readouterr().err


def test_ctrl_c_is_no_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(argv: Sequence[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "schema", interrupted)
    assert main(["schema"]) == 130


@pytest.mark.parametrize("argv", [[], ["--help"]])
def test_help_names_the_commands(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    printed = capsys.readouterr().out
    assert all(f"\n  {command}" in printed for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
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
