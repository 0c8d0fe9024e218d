"""Whoever runs the gateway says which tools it runs; what cannot be read is said without URLs."""

from __future__ import annotations

import pytest

from articgw.errors import ConfigError
from articgw.tools.allowed import Allowed, allowed_in


def test_names_and_where_they_are_run() -> None:
    allowed = allowed_in("price=http://127.0.0.1:9000/p?x=1 beep=client")
    assert allowed == {"price": Allowed("http://127.0.0.1:9000/p?x=1"), "beep": Allowed()}
    assert allowed["beep"].is_clients and not allowed["price"].is_clients
    assert allowed_in("") == {}


def test_a_login_is_taken_out_of_the_url_and_never_shown() -> None:
    (where,) = allowed_in("price=https://me:s%40cret@h.example/p#x").values()
    assert (where.url, where.login) == ("https://h.example/p", ("me", "s@cret"))
    assert "cret" not in repr(where) and not where.is_in_clear


def test_arguments_that_leave_the_machine_in_clear_text_are_known() -> None:
    assert allowed_in("a=http://h.example/p")["a"].is_in_clear
    assert not allowed_in("a=http://127.0.0.1/p")["a"].is_in_clear


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://me:SECRET@h/p", "a tool has no name"),
        ("a/b=http://SECRET/p", "tool 'a/b' has no name"),
        ("a=ftp://SECRET/p", "tool a has no http"),
        ("a=SECRET", "tool a has no http"),
        ("a=http://[SECRET/p", "tool a cannot be read"),
        ("a=http://SECRET:99999999/p", "tool a cannot be read"),
        ("a=client a=client", "tool a is there twice"),
    ],
)
def test_what_cannot_be_read_is_said_without_its_url(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        allowed_in(text)
    assert "SECRET" not in str(caught.value) and "for example" in str(caught.value)
