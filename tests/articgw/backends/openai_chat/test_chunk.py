"""Chunks are read for what they hold; whatever else stands there is no matter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articgw.backends.openai_chat.chunk import chunk_in

TEXTS: list[tuple[str, dict[str, Any], str]] = [
    ("a word", {"content": "It"}, "It"),
    ("only a role", {"role": "assistant"}, ""),
    ("null", {"content": None, "reasoning_content": "Hm"}, ""),
    ("parts", {"content": [{"type": "thinking", "text": "Hm"}, {"type": "text", "text": "It"}]},
     "It"),
    ("unknown fields", {"content": "It", "audio": {"x": [1]}, "tool_calls": None}, "It"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("delta", "text"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS]
)
def test_text(delta: dict[str, Any], text: str) -> None:
    chunk = chunk_in(json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode())
    assert chunk.choices is not None and chunk.choices[0].delta is not None
    assert chunk.choices[0].delta.text == text and chunk.complaint is None


def test_usage_may_come_alone_and_with_gaps() -> None:
    chunk = chunk_in(b'{"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": null}}')
    assert chunk.usage is not None and chunk.usage.prompt_tokens == 5


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b'{"error": {"message": "m"}}', {"message": "m"}),
        (b'{"error": "m"}', "m"),
        (b'{"object": "error", "message": "m"}', {"message": "m"}),
        (b'{"object": "chat.completion.chunk", "message": "m", "error": null}', None),
    ],
)
def test_errors(data: bytes, complaint: object) -> None:
    assert chunk_in(data).complaint == complaint


@pytest.mark.parametrize(
    "data", [b"", b"x", b"[]", b'{"choices": 5}', b'{"choices": [{"delta": "x"}]}', b"\xff",
             b'{"x":' * 100_000, b'{"choices": [{"delta": {"content": "\\ud800"}}]}'],
)  # fmt: skip
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        chunk_in(data)
