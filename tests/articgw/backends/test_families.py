"""Families are data: each is spelt, found and keyed."""

from __future__ import annotations

import pytest

from articgw.backends.families import FAMILIES, GEMINI, OPENAI, Family
from articgw.backends.wire.target import parse


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_model_alone_is_at_its_vendor(family: Family) -> None:
    target = parse(f"{family.name}:m", family)
    assert family.default_url.startswith(target.origin) and target.family is family
    assert family.key_name == family.key_names[0] and family.name in family.spelling


URLS = [
    ("anthropic", "https://h", "https://h/v1/messages"),
    ("anthropic", "http://h:8000/v1", "http://h:8000/v1/messages"),
    ("gemini", "https://h", "https://h/v1/messages"),
    ("gemini", "https://h/v1beta/models", "https://h/v1beta/messages"),
    ("ollama", "http://h:11434/v1", "http://h:11434/api/messages"),
    ("ollama", "http://h:11434/api/chat", "http://h:11434/api/messages"),
    ("gemini-live", "ws://h:1", "http://h:1/messages"),
    ("realtime", "wss://h/v1/realtime", "https://h/v1/messages"),
]


@pytest.mark.parametrize(("name", "url", "at"), URLS)
def test_urls_are_taken_as_people_copy_them(name: str, url: str, at: str) -> None:
    assert parse(f"{name}:m@{url}", FAMILIES[name]).at("messages") == at


def test_queries_add_up() -> None:
    target = parse("gemini:m@https://h?a=1", GEMINI)
    assert target.at("x?alt=sse") == "https://h/v1/x?alt=sse&a=1"
    assert parse("openai:m@https://h?a=1", OPENAI).at("x") == "https://h/v1/x?a=1"
