"""What an event of Anthropic's messages says."""

from __future__ import annotations

import json

import pytest

from articgw.backends.anthropic.hear import hear
from articgw.backends.base import Usage
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import DONE, NOTHING, Heard

CASES = [
    ("a word", {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "It"}},
     Heard(text="It")),
    ("a thought", {"type": "content_block_delta",
                   "delta": {"type": "thinking_delta", "thinking": "Hm"}}, Heard()),
    ("a block", {"type": "content_block_start", "content_block": {"type": "text", "text": ""}},
     Heard()),
    ("the start", {"type": "message_start", "message": {"usage": {
        "input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 2,
        "output_tokens": 1}}}, Heard(usage=Usage(17, 0, 5, 1))),
    ("the end", {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
                 "usage": {"output_tokens": 9}}, Heard(usage=Usage(0, 0, 0, 9), end="stop")),
    ("a limit", {"type": "message_delta", "delta": {"stop_reason": "max_tokens"}},
     Heard(end="length")),
    ("a refusal", {"type": "message_delta", "delta": {"stop_reason": "refusal"}},
     Heard(end="filtered")),
    ("the last", {"type": "message_stop"}, DONE),
    ("a ping", {"type": "ping"}, NOTHING),
    ("something new", {"type": "content_block_hint", "x": [1]}, NOTHING),
    ("an error", {"type": "error", "error": {"type": "overloaded_error", "message": "m"}},
     Heard(complaint=Complaint("m", kind="overloaded_error"))),
    ("a whole answer", {"type": "message", "content": [
        {"type": "thinking", "text": "Hm"}, {"type": "text", "text": "It"}],
        "stop_reason": "end_turn"}, Heard(text="It", end="stop", done=True)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_events(event: object, heard: Heard) -> None:
    assert hear(json.dumps(event).encode()) == heard


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"{}", b'{"type": 5}', b'{"a":' * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        hear(data)
