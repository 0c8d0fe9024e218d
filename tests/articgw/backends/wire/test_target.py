"""A model and its server, out of one word."""

from __future__ import annotations

import pytest

from articgw.backends.wire.target import Target, parse
from articgw.errors import ConfigError

CHAT = "chat/completions"
SPELLINGS = [
    ("with /v1", "openai:m@http://h:8000/v1", "http://h:8000/v1/chat/completions"),
    ("without /v1", "openai:m@http://h:8000", "http://h:8000/v1/chat/completions"),
    ("a slash", "openai:m@http://h:8000/v1/", "http://h:8000/v1/chat/completions"),
    ("only a slash", "openai:m@http://h:8000/", "http://h:8000/v1/chat/completions"),
    ("the endpoint", "openai:m@http://h/v1/chat/completions", "http://h/v1/chat/completions"),
    ("another path", "openai:m@https://h/api/v1beta/openai/",
     "https://h/api/v1beta/openai/chat/completions"),
    ("a query", "openai:m@https://h/openai?api-version=3",
     "https://h/openai/chat/completions?api-version=3"),
    ("a login", "openai:m@https://me:pw@h/v1", "https://h/v1/chat/completions"),
    ("IPv6", "openai:m@http://[::1]:8000", "http://[::1]:8000/v1/chat/completions"),
    ("OpenAI", "openai:m", "https://api.openai.com/v1/chat/completions"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "url"), [case[1:] for case in SPELLINGS], ids=[case[0] for case in SPELLINGS]
)
def test_spellings_of_a_server(text: str, url: str) -> None:
    target = parse(text)
    assert (target.model, target.at(CHAT)) == ("m", url)


@pytest.mark.parametrize("model", ["qwen2.5vl:3b", "org/name", "gemma@v2", "a@b@c"])
def test_names_of_models_may_hold_nearly_anything(model: str) -> None:
    target = parse(f"openai:{model}@http://127.0.0.1:1/v1")
    assert target.model == model and target.is_here


def test_a_login_is_kept_apart_and_not_shown() -> None:
    target = parse("openai:m@https://me:p%40ss@example.org:444/v1")
    assert target.login == ("me", "p@ss")
    assert target.origin == "https://example.org:444" and not target.is_here
    assert "p@ss" not in repr(target) and "p%40ss" not in repr(target)


BAD = [
    ("no model", "openai:@http://h/v1"),
    ("nothing", "openai:"),
    ("a space in the model", "openai:a b@http://h"),
    ("no scheme", "openai:m@SECRET.example.org/v1"),
    ("another scheme", "openai:m@ftp://SECRET/v1"),
    ("no host", "openai:m@http:///SECRET"),
    ("no port number", "openai:m@http://h:SECRET/v1"),
    ("brackets", "openai:m@http://[SECRET"),
]


@pytest.mark.parametrize("text", [case[1] for case in BAD], ids=[case[0] for case in BAD])
def test_what_cannot_be_a_target_is_said_without_repeating_it(text: str) -> None:
    with pytest.raises(ConfigError, match="openai:MODEL@URL") as raised:
        parse(text)
    assert "SECRET" not in str(raised.value)


def test_a_target_can_be_made_by_hand() -> None:
    assert Target("m", "http://h").at("models") == "http://h/v1/models"
