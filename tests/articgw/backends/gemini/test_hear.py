"""What an event of Gemini's generateContent says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articgw.backends.base import Usage
from articgw.backends.gemini.hear import hear
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import Heard


def _says(*parts: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": list(parts)}, **fields}]}


SPENT = {
    "promptTokenCount": 9, "candidatesTokenCount": 2, "thoughtsTokenCount": 3,
    "cachedContentTokenCount": 4,
    "promptTokensDetails": [{"modality": "IMAGE", "tokenCount": 6}, {"modality": "TEXT"}],
}  # fmt: skip
CASES = [
    ("a word", _says({"text": "It"}), Heard(text="It")),
    ("thoughts", _says({"text": "Hm", "thought": True}, {"text": "It"}), Heard(text="It")),
    ("an end without usage", _says(finishReason="STOP"), Heard(end="stop")),
    ("an end", {**_says(finishReason="STOP"), "usageMetadata": SPENT},
     Heard(end="stop", done=True, usage=Usage(9, 6, 4, 5))),
    ("a limit", _says(finishReason="MAX_TOKENS"), Heard(end="length")),
    ("a filter", _says(finishReason="SAFETY"), Heard(end="filtered")),
    ("a new filter", _says(finishReason="IMAGE_WHATEVER"), Heard(end="filtered")),
    ("a failure", _says(finishReason="OTHER"), Heard(end="broken")),
    ("a prompt withheld", {"promptFeedback": {"blockReason": "SAFETY"}}, Heard(end="filtered")),
    ("tokens", _says({"text": "7"}, logprobsResult={"chosenCandidates": [
        {"token": "7", "logProbability": -0.5}]}), Heard(text="7", words=(("7", -0.5),))),
    ("only usage", {"usageMetadata": {}}, Heard(usage=Usage(), is_part=False)),
    ("an error", {"error": {"code": 503, "message": "m", "status": "UNAVAILABLE"}},
     Heard(complaint=Complaint("m", "503", "UNAVAILABLE"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_events(event: object, heard: Heard) -> None:
    assert hear(json.dumps(event).encode()) == heard


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b'{"candidates": 5}', b'{"a":' * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        hear(data)
