"""What a line of Ollama's own chat says."""

from __future__ import annotations

import json

import pytest

from articgw.backends.base import Usage
from articgw.backends.ollama.hear import hear
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import Heard

CASES = [
    ("a word", {"message": {"content": "It"}, "done": False}, Heard(text="It")),
    ("a thought", {"message": {"content": "", "thinking": "Hm"}}, Heard()),
    ("tokens", {"message": {"content": "7"}, "logprobs": [{"token": "7", "logprob": -0.5}]},
     Heard(text="7", words=(("7", -0.5),))),
    ("the end", {"done": True, "done_reason": "stop", "prompt_eval_count": 9, "eval_count": 2},
     Heard(usage=Usage(9, 0, 0, 2), end="stop", done=True)),
    ("a limit", {"done": True, "done_reason": "length"},
     Heard(usage=Usage(), end="length", done=True)),
    ("an error", {"error": "runner died"}, Heard(complaint=Complaint("runner died"))),
    ("something new", {"status": "pulling"}, Heard(is_part=False)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_lines(line: object, heard: Heard) -> None:
    assert hear(json.dumps(line).encode()) == heard


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b'{"done": 5}', b'{"a":' * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        hear(data)
