"""A request of Gemini's generateContent: the picture before the text, the question last."""

from __future__ import annotations

import json

from articgw.backends.gemini.speech import GENERATE, MENU, request
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import envelope
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Features


def test_the_body_is_the_request() -> None:
    asked = request("m", "system", Features(MENU).asking())
    assert json.loads(envelope(asked).around([Picture(b"/9j/", (64, 36))], "what?")) == {
        "systemInstruction": {"parts": [{"text": "system"}]},
        "generationConfig": {
            "maxOutputTokens": 1000,
            "temperature": 0,
            "mediaResolution": "MEDIA_RESOLUTION_HIGH",
            "thinkingConfig": {"thinkingLevel": "MINIMAL"},
        },
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"inlineData": {"mimeType": "image/jpeg", "data": "/9j/"}},
                    {"text": "what?"},
                ],
            }
        ],
    }


def test_models_that_know_no_level_are_given_a_budget_and_then_nothing() -> None:
    features = Features(MENU)
    for message, left in [
        ("thinking_level is not supported by this model", {"thinkingBudget": 0}),
        ("Thinking budget is not supported for this model", None),
    ]:
        assert features.learn(Complaint(message), features.asking())
        assert request("m", "", features.asking())["generationConfig"].get("thinkingConfig") == left


def test_a_schema_takes_its_type_and_tokens_their_number() -> None:
    schema = request("m", "", Features(MENU, "schema").asking())["generationConfig"]
    assert schema["responseMimeType"] == "application/json" and "responseJsonSchema" in schema
    assert request("m", "", Features(MENU, "none").asking())["generationConfig"]["logprobs"] == 1


def test_a_model_is_named_in_the_path() -> None:
    call = "models/a%2Fb:streamGenerateContent?alt=sse"
    assert GENERATE.endpoint("a/b") == GENERATE.endpoint("models/a/b") == call


def test_a_picture_is_seen_at_its_own_detail() -> None:
    asked = request("m", "", Features(MENU).asking("low"))
    assert asked["generationConfig"]["mediaResolution"] == "MEDIA_RESOLUTION_LOW"
