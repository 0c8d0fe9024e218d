"""A question of the Realtime API: one event, outside any conversation."""

from __future__ import annotations

import json

from articgw.backends.pictures.picture import Picture
from articgw.backends.realtime.speech import MENU, request
from articgw.backends.wire.body import envelope
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Features

PICTURE = Picture(b"/9j/", (64, 36))


def test_the_event_is_the_question() -> None:
    event = envelope(request("system", Features(MENU).asking())).around([PICTURE], "what?")
    image = {"type": "input_image", "image_url": "data:image/jpeg;base64,/9j/", "detail": "high"}
    assert json.loads(event) == {
        "type": "response.create",
        "response": {
            "conversation": "none",
            "instructions": "system",
            "max_output_tokens": 1000,
            "output_modalities": ["text"],
            "input": [
                {
                    "type": "message",
                    "role": "user",
                    "content": [image, {"type": "input_text", "text": "what?"}],
                }
            ],
        },
    }


def test_a_model_that_only_speaks_is_asked_to_speak() -> None:
    features = Features(MENU)
    assert features.learn(Complaint("Invalid modalities: ['text']"), features.asking())
    assert "output_modalities" not in request("", features.asking())["response"]
