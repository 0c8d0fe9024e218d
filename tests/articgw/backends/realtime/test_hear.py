"""What an event of the Realtime API says."""

from __future__ import annotations

import json

import pytest

from articgw.backends.base import Usage
from articgw.backends.realtime.hear import hear
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.heard import NOTHING, Heard


def _done(**response: object) -> dict[str, object]:
    return {"type": "response.done", "response": response}


CASES = [
    ("a word", {"type": "response.output_text.delta", "delta": "It"}, Heard(text="It")),
    ("a spoken word", {"type": "response.output_audio_transcript.delta", "delta": "It"},
     Heard(text="It")),
    ("sound", {"type": "response.output_audio.delta", "delta": "AAAA"}, NOTHING),
    ("the session", {"type": "session.created", "session": {"x": 1}}, NOTHING),
    ("the end", _done(status="completed", usage={
        "input_tokens": 9, "output_tokens": 2,
        "input_token_details": {"cached_tokens": 4, "image_tokens": 6}}),
     Heard(end="stop", done=True, usage=Usage(9, 6, 4, 2))),
    ("a limit", _done(status="incomplete", status_details={"reason": "max_output_tokens"}),
     Heard(end="length", done=True)),
    ("a filter", _done(status="incomplete", status_details={"reason": "content_filter"}),
     Heard(end="filtered", done=True)),
    ("cancelled", _done(status="cancelled", status_details={"reason": "turn_detected"}),
     Heard(end="broken", done=True)),
    ("failed", _done(status="failed", status_details={"error": {"type": "server_error"}}),
     Heard(complaint=Complaint(kind="server_error"))),
    ("an error", {"type": "error", "error": {"message": "m", "param": "p"}},
     Heard(complaint=Complaint("m", param="p"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "heard"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_events(event: object, heard: Heard) -> None:
    assert hear(json.dumps(event).encode()) == heard


@pytest.mark.parametrize("data", [b"", b"x", b"[]", b"{}", b'{"a":' * 100_000])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        hear(data)
