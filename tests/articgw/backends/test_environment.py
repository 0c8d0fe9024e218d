"""Names that everybody has set already fill what is not said."""

from __future__ import annotations

import pytest

from articgw.backends.environment import completed, family_of, keys_in, ollama_url
from articgw.backends.families import GEMINI

ENVIRON = {
    "OPENAI_API_KEY": " sk-1 ",
    "OPENAI_BASE_URL": "http://o/v1",
    "GOOGLE_API_KEY": "g-2",
    "ANTHROPIC_API_KEY": "",
    "OLLAMA_HOST": "box",
}


def test_keys_by_family() -> None:
    assert keys_in(ENVIRON) == {
        "openai": "sk-1",
        "realtime": "sk-1",
        "gemini": "g-2",
        "gemini-live": "g-2",
    }
    assert keys_in({**ENVIRON, "GEMINI_API_KEY": "g-1"})["gemini"] == "g-1"


@pytest.mark.parametrize(
    ("backend", "full"),
    [
        ("openai:m", "openai:m@http://o/v1"),
        ("openai:m@http://h", "openai:m@http://h"),
        ("gemini:m", "gemini:m"),
        ("ollama:m", "ollama:m@http://box:11434"),
        ("embedded", "embedded"),
        ("", ""),
        ("openai:m  ollama:n", "openai:m@http://o/v1 ollama:n@http://box:11434"),
    ],
)
def test_urls_by_family(backend: str, full: str) -> None:
    assert completed(backend, ENVIRON) == full


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", ""),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000"),
        (":9000", "http://127.0.0.1:9000"),
        ("[::]:9000", "http://127.0.0.1:9000"),
        ("[::1]", "http://[::1]:11434"),
        ("box:1", "http://box:1"),
        ("https://box", "https://box"),
        ("http://box/path", "http://box:11434/path"),
    ],
)
def test_ollamas_host_may_be_half_a_url(host: str, url: str) -> None:
    assert ollama_url(host) == url


def test_families_of_words() -> None:
    assert family_of("gemini:m") is GEMINI
    assert family_of("embedded") is None and family_of("gemini") is None
