"""A request of Anthropic's messages: the picture before the text, the question last."""

from __future__ import annotations

import json

from articgw.backends.anthropic.speech import MENU, MESSAGES, request
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import envelope
from articgw.backends.wire.complaint import Complaint
from articgw.backends.wire.features import Features


def test_the_body_is_the_request() -> None:
    asked = request("m", "system", Features(MENU).asking())
    assert json.loads(envelope(asked).around([Picture(b"/9j/", (64, 36))], "what?")) == {
        "model": "m",
        "stream": True,
        "max_tokens": 1000,
        "thinking": {"type": "disabled"},
        "system": "system",
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/"},
                    },
                    {"type": "text", "text": "what?"},
                ],
            }
        ],
    }


def test_a_server_without_schemas_is_asked_for_a_trailer() -> None:
    features = Features(MENU, "schema")
    assert "output_config" in features.asking().fields
    assert features.learn(Complaint("output_config.format: extra input"), features.asking())
    assert features.asking().by == "trailer"


def test_the_version_goes_with_every_request() -> None:
    assert MESSAGES.always["anthropic-version"] and "x" not in MESSAGES.always
