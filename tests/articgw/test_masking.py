"""Secrets do not come out of complaints and help texts."""

from __future__ import annotations

import pytest

from articgw.masking import MASK, masked, masked_complaint, secrets_of, without_values

SECRET = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("argv", "environ", "file_text"),
    [
        (["--token", SECRET], {}, ""),
        (["--port", "1", f"--api_key={SECRET}"], {}, ""),
        ([], {"ARTICGW_TOKEN": SECRET}, ""),
        ([], {"ARTICGW_API_KEY": SECRET}, ""),
        ([], {"OPENAI_API_KEY": SECRET}, ""),
        (["--backend", f"openai:m@http://me:{SECRET}@h/v1"], {}, ""),
        ([], {"OPENAI_BASE_URL": f"http://me:{SECRET}@h/v1"}, ""),
        (["--tools", f"a=http://me:{SECRET}@h/a"], {}, ""),
        ([], {"ARTICGW_TOOLS": f"a=client b=http://h/b?{SECRET}#x c=client"}, ""),
        ([], {}, f"port: 1\ntoken: {SECRET}\nhost: a"),
        ([], {}, f"api_key: '{SECRET}' # ours"),
        ([], {}, f'{{"port": 1, "token": "{SECRET}"}}'),
    ],
)
def test_secrets_are_found_wherever_they_are_given(
    argv: list[str], environ: dict[str, str], file_text: str
) -> None:
    found = secrets_of(argv, environ, file_text)
    assert found == {SECRET}
    assert masked(f"a {SECRET} b", found) == f"a {MASK} b"


def test_a_flag_without_a_value_and_a_word_that_everybody_uses_are_none() -> None:
    assert secrets_of(["--token"], {"OPENAI_API_KEY": "EMPTY"}) == frozenset()
    assert secrets_of([], {}) == frozenset()


@pytest.mark.parametrize(
    ("message", "is_said"),
    [
        ("unrecognized arguments: --tokne S3CRET x", f"unrecognized arguments: --tokne {MASK} x"),
        ("unrecognized arguments: --tokne=S3 --x", f"unrecognized arguments: --tokne={MASK} --x"),
        ("unrecognized arguments: word", "unrecognized arguments: word"),
        ("something else: --tokne S3CRET", "something else: --tokne S3CRET"),
    ],
)
def test_unknown_flags_are_named_without_their_values(message: str, is_said: str) -> None:
    assert without_values(message) == is_said


@pytest.mark.parametrize(
    ("message", "is_said"),
    [
        ('Parser key "token": Got value: 12', "token: its value cannot be read as text"),
        ("line 3: token: S3CRET-with-more", f"line 3: token: {MASK}"),
        (f"cannot read {SECRET}", f"cannot read {MASK}"),
        ('Parser key "port": Got value: many', 'Parser key "port": Got value: many'),
    ],
)
def test_complaints_keep_what_is_not_secret(message: str, is_said: str) -> None:
    assert masked_complaint(message, [SECRET]).startswith(is_said)
