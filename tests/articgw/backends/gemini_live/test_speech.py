"""The messages of Gemini's Live API."""

from __future__ import annotations

import json

from articgw.backends.behind.boxes import Y_FIRST
from articgw.backends.gemini_live.speech import MENU, evidence_of, frame, history, question, setup
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Features


def test_the_set_up_is_for_video_and_for_long_calls() -> None:
    told = json.loads(setup("m", Y_FIRST, Features(MENU).asking(), None))["setup"]
    assert told["model"] == "models/m" and told["sessionResumption"] == {}
    assert told["generationConfig"] == {
        "responseModalities": ["TEXT"],
        "mediaResolution": "MEDIA_RESOLUTION_MEDIUM",
        "maxOutputTokens": 1000,
    }
    assert told["contextWindowCompression"] == {"slidingWindow": {}}
    assert told["realtimeInputConfig"]["turnCoverage"].endswith("ALL_VIDEO")


def test_a_session_goes_on_by_its_handle() -> None:
    told = json.loads(setup("models/m", Y_FIRST, Features(MENU).asking(), "h"))["setup"]
    assert told["sessionResumption"] == {"handle": "h"} and told["model"] == "models/m"


def test_who_only_speaks_is_asked_for_nothing_behind_the_answer() -> None:
    features = Features(MENU)
    assert evidence_of(features.asking()) == "trailer"
    assert features.learn(Complaint("response modalities: TEXT is unsupported"), features.asking())
    assert evidence_of(features.asking()) == "none"


def test_a_frame_and_a_question() -> None:
    video = {"mimeType": "image/jpeg", "data": "/9j/"}
    assert json.loads(frame(Picture(b"/9j/", (64, 36)))) == {"realtimeInput": {"video": video}}
    assert json.loads(question('a "b"')) == {"realtimeInput": {"text": 'a "b"'}}


def test_what_was_said_before() -> None:
    content = json.loads(history([("q", "a")]))["clientContent"]
    assert content["turnComplete"] is False
    assert [(t["role"], t["parts"][0]["text"]) for t in content["turns"]] == [
        ("user", "q"),
        ("model", "a"),
    ]
