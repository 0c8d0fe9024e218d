"""The flags of `articgw ask`."""

from __future__ import annotations

import pytest

from articgw.ask_settings import AskSettings, read_settings
from articgw.errors import ConfigError

SECRET = "hunter2-hunter2"


def test_defaults() -> None:
    settings = read_settings(["--source", "a.mp4", "what?"], {})
    assert settings == AskSettings(("what?",), source="a.mp4")
    assert (settings.gateway, settings.obey) == ("http://127.0.0.1:8080", True)


def test_flags_may_stand_between_questions() -> None:
    argv = "one --source a.mp4 two --json - --no-obey --fps 5 --timeout 2.5".split()
    argv += ["--gateway", "https://gw.example.org/at/"]
    settings = read_settings(argv, {})
    assert settings == AskSettings(
        ("one", "two", "-"), "https://gw.example.org/at", "a.mp4", as_json=True, fps=5.0,
        obey=False, timeout_s=2.5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "environ", "token"),
    [
        ([], {}, None),
        ([], {"ARTICGW_TOKEN": ""}, None),
        ([], {"ARTICGW_TOKEN": f" {SECRET}\n"}, SECRET),
        (["--token", SECRET], {"ARTICGW_TOKEN": "other"}, SECRET),
    ],
)
def test_the_token_is_never_shown(
    argv: list[str], environ: dict[str, str], token: str | None
) -> None:
    settings = read_settings(["--session", "s", "what?", *argv], environ)
    assert settings.token == token and SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "QUESTION"),
        (["--source", "a.mp4"], "QUESTION"),
        (["what?"], "one of the arguments --source --session"),
        (["--source", "a", "--session", "s", "what?"], "not allowed with"),
        (["--source", "a", "what?", "--fps", "0"], "'0' is not above 0, up to 60"),
        (["--source", "a", "what?", "--fps", "nan"], "--fps"),
        (["--source", "a", "what?", "--timeout", "inf"], "--timeout"),
        (["--source", "a", "what?", "--tokne", SECRET], "--tokne"),
        (["--source", "a", "what?", f"--tokne={SECRET}"], "--tokne=***"),
    ],
)
def test_what_cannot_be_read_exits_with_2(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        read_settings(argv, {})
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert says in said and SECRET not in said


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("127.0.0.1:8080", "such as http://127.0.0.1:8080"),
        ("ws://h", "such as"),
        ("http://", "such as"),
        ("http://h:99999", "such as"),
        (f"http://h/#token={SECRET}", "the address alone"),
        (f"http://me:{SECRET}@h", "the address alone"),
        (f"http://h?token={SECRET}", "the address alone"),
    ],
)
def test_an_address_that_is_none_is_said(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        read_settings(["--source", "a", "what?", "--gateway", url], {})
    assert SECRET not in str(caught.value)
