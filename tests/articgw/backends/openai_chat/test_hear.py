"""What a chunk says."""

from __future__ import annotations

import json

import pytest

from articgw.backends.base import Usage
from articgw.backends.openai_chat.hear import hear
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import DONE, Heard


def _choice(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, **fields}]}


CASES = [
    ("a word", _choice(delta={"content": "It"}), Heard(text="It")),
    ("a role", _choice(delta={"role": "assistant"}), Heard()),
    ("a refusal", _choice(delta={"refusal": "No."}), Heard(refusal="No.")),
    ("an end", _choice(delta={}, finish_reason="stop"), Heard(end="stop")),
    ("an end by tools", _choice(delta={}, finish_reason="tool_calls"), Heard(end="stop")),
    ("a limit", _choice(delta={}, finish_reason="length"), Heard(end="length")),
    ("a filter", _choice(delta={}, finish_reason="content_filter"), Heard(end="filtered")),
    ("an abort", _choice(delta={}, finish_reason="abort"), Heard(end="broken")),
    ("tokens", _choice(delta={"content": "7"}, logprobs={"content": [
        {"token": "7", "logprob": -0.5}, {"token": "x", "logprob": None}]}),
     Heard(text="7", words=(("7", -0.5),))),
    ("only usage", {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2,
     "prompt_tokens_details": {"cached_tokens": 3, "image_tokens": 4}}},
     Heard(usage=Usage(5, 4, 3, 2), is_part=False)),
    ("usage as vLLM tells it", {"choices": [], "usage": {"prompt_tokens": 314,
     "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 256,
     "created_cache_tokens": 0, "multimodal_tokens": {"image": 299}}}},
     Heard(usage=Usage(314, 299, 256, 3), is_part=False)),
    ("another choice", {"choices": [{"index": 1, "delta": {"content": "no"}}]}, Heard()),
    ("an error", {"error": {"message": "m", "code": 500}}, Heard(complaint=Complaint("m", "500"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("chunk", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_chunks(chunk: object, heard: Heard) -> None:
    assert hear(json.dumps(chunk).encode()) == heard


def test_the_last_line() -> None:
    assert hear(b" [DONE] ") is DONE
