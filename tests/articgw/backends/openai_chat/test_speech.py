"""A request of OpenAI's chat completions: the picture before the text, the question last."""

from __future__ import annotations

import json

import pytest

from articgw.backends.behind.instructions import EvidenceBy
from articgw.backends.openai_chat.speech import MENU, request
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import envelope
from articgw.backends.wire.features import Features

PICTURE = Picture(b"/9j/4AAQ", (640, 360))


def test_the_body_is_the_request() -> None:
    asked = request("m", "system", Features(MENU).asking())
    assert json.loads(envelope(asked).around([PICTURE], "what?")) == {
        "model": "m",
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_completion_tokens": 1000,
        "messages": [
            {"role": "system", "content": "system"},
            {
                "role": "user",
                "content": [
                    {
                        "type": "image_url",
                        "image_url": {"url": "data:image/jpeg;base64,/9j/4AAQ", "detail": "high"},
                    },
                    {"type": "text", "text": "what?"},
                ],
            },
        ],
    }


@pytest.mark.parametrize(("by", "extra"), [("none", "logprobs"), ("schema", "response_format")])
def test_what_evidence_asks_for_is_in_it(by: EvidenceBy, extra: str) -> None:
    assert extra in request("m", "", Features(MENU, by).asking())


def test_prompts_that_go_on_are_sent_where_their_beginning_is() -> None:
    goes_on = Features(MENU, is_repeated=True)
    assert request("m", "", goes_on.asking(session="s"))["prompt_cache_key"] == "s"
    assert "prompt_cache_key" not in request("m", "", goes_on.asking())
    assert "prompt_cache_key" not in request("m", "", Features(MENU).asking(session="s"))


def test_a_picture_is_seen_at_its_own_detail() -> None:
    asked = request("m", "", Features(MENU).asking("low"))
    assert asked["messages"][1]["content"][0]["image_url"]["detail"] == "low"
