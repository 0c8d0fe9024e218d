"""What a message of Gemini's Live API says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articgw.backends.base import Usage
from articgw.backends.gemini_live.hear import told
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import Heard
from articgw.backends.wire.turn import READY


def _says(**content: Any) -> dict[str, Any]:
    return {"serverContent": content}


CASES = [
    ("a word", _says(modelTurn={"parts": [{"text": "It"}]}), Heard(text="It")),
    ("a thought", _says(modelTurn={"parts": [{"text": "Hm", "thought": True}]}), Heard()),
    ("a spoken word", _says(outputTranscription={"text": "It"}), Heard(text="It")),
    ("the end", {**_says(turnComplete=True), "usageMetadata": {
        "promptTokenCount": 9, "responseTokenCount": 2,
        "promptTokensDetails": [{"modality": "VIDEO", "tokenCount": 6}]}},
     Heard(end="stop", done=True, usage=Usage(9, 6, 0, 2))),
    ("an interruption", _says(interrupted=True), Heard(end="broken")),
    ("only usage", {"usageMetadata": {}}, Heard(usage=Usage(), is_part=False)),
    ("an error", {"error": {"message": "m", "code": 500}}, Heard(complaint=Complaint("m", "500"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_messages(message: object, heard: Heard) -> None:
    assert told(json.dumps(message).encode()).heard == heard


def test_the_session_speaks_of_itself() -> None:
    assert told(b'{"setupComplete": {}}').heard is READY
    assert told(b'{"goAway": {"timeLeft": "50s"}}').is_leaving
    update = b'{"sessionResumptionUpdate": {"newHandle": "h", "resumable": %s}}'
    assert told(update % b"true").handle == "h" and told(update % b"false").handle is None


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b'{"serverContent": 5}', b'{"a":' * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        told(data)
