"""`articgw token`: only the token on stdout, and no secret anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from articgw import tokens
from articgw.cli import main as articgw
from articgw.token_cli import main, read_ttl

SECRET = "s3cret-" * 5
NOW = 1_767_225_600.0
"""The first second of 2026."""


def made(
    capsys: pytest.CaptureFixture[str], *argv: str, at: float = NOW + 1
) -> tuple[tokens.Caller, str]:
    assert main(argv, {"ARTICGW_TOKEN": SECRET}, lambda: NOW) == 0
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    return tokens.read(SECRET, said.out.removesuffix("\n"), now=at), said.err


def test_it_creates_and_asks_for_a_quarter_of_an_hour(capsys: pytest.CaptureFixture[str]) -> None:
    caller, said = made(capsys)
    assert caller.scopes == {"create", "ask"} and caller.session is None
    assert said == "may ask and create as somebody new until 2026-01-01 00:15:00 UTC\n"
    with pytest.raises(tokens.TokenError):
        made(capsys, at=NOW + 901)


def test_flags_become_claims(capsys: pytest.CaptureFixture[str]) -> None:
    flags = "--scope operate --scope ask --subject door --ttl 8h".split()
    caller, said = made(capsys, *flags, at=NOW + 8 * 3600 - 1)
    assert caller.subject == "door" and sorted(caller.scopes) == ["ask", "operate"]
    assert "may ask and operate as door until 2026-01-01 08:00:00 UTC" in said


def test_a_token_for_one_call_only_asks(capsys: pytest.CaptureFixture[str]) -> None:
    caller, said = made(capsys, "--session", "abc-secret-name")
    assert caller.session == "abc-secret-name" and list(caller.scopes) == ["ask"]
    assert "about one call" in said and "abc-secret-name" not in said


def test_the_secret_may_be_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    assert main(["--secret_file", str(file)], {}, lambda: NOW) == 0
    assert tokens.read(SECRET, capsys.readouterr().out.strip(), now=NOW).scopes


@pytest.mark.parametrize(
    ("text", "ttl_s"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1.5h", 5400), ("24h", 86400), ("1d", 86400)],
)
def test_times_are_written_as_people_do(text: str, ttl_s: float) -> None:
    assert read_ttl(text) == ttl_s


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--ttl", "soon"], "'soon' is not a time"),
        (["--ttl", "-5m"], "--ttl"),
        (["--ttl", "0"], "from 1 s to a day"),
        (["--ttl", "25h"], "from 1 s to a day"),
        (["--ttl", "9" * 500], "from 1 s to a day"),
        (["--scope", "token"], "invalid choice: 'token'"),
        (["--secret", SECRET, "--tokne", SECRET], "--tokne"),
    ],
)
def test_a_flag_that_cannot_be_read_exits_with_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(argv, {"ARTICGW_TOKEN": SECRET})
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert says in said.err and SECRET not in said.err and said.out == ""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "ARTICGW_TOKEN holds no secret"),
        ("", "ARTICGW_TOKEN holds no secret"),
        ("hunter2", "ARTICGW_TOKEN holds 7 characters"),
        ("eyJhbGciOi.eyJhdWQiOi.c2lnbmF0dXJl", "a token that was made already"),
    ],
)
def test_a_secret_that_cannot_be_one_exits_with_2(
    given: str | None,
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ARTICGW_TOKEN", raising=False)
    if given is not None:
        monkeypatch.setenv("ARTICGW_TOKEN", given)
    assert articgw(["token"]) == 2
    said = capsys.readouterr()
    assert says in said.err and said.out == ""
    assert not given or given not in said.err


@pytest.mark.parametrize(
    ("holds", "says"), [(None, "No such file"), (b"", "no secret"), (b"\xff" * 40, "not text")]
)
def test_a_file_that_holds_no_secret_exits_with_2(
    tmp_path: Path, holds: bytes | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret"
    if holds is not None:
        file.write_bytes(holds)
    assert articgw(["token", "--secret_file", str(file)]) == 2
    assert says in capsys.readouterr().err
