"""A request is JSON, with the picture before the text and the question last."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.openai_chat.body import envelope
from articgw.backends.openai_chat.features import Features
from articgw.backends.openai_chat.instructions import EvidenceBy
from articgw.backends.openai_chat.picture import Picture

PICTURE = Picture(b"/9j/4AAQ", (640, 360))


@given(st.text())
def test_the_body_is_the_request(question: str) -> None:
    body = json.loads(envelope("m", "system", Features().asking()).around(PICTURE, question))
    assert body == {
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
                    {"type": "text", "text": question},
                ],
            },
        ],
    }


@pytest.mark.parametrize(("by", "extra"), [("none", "logprobs"), ("schema", "response_format")])
def test_what_evidence_asks_for_is_in_it(by: EvidenceBy, extra: str) -> None:
    assert extra in json.loads(envelope("m", "", Features(by).asking()).around(PICTURE, "?"))


def test_requests_share_their_beginning_up_to_the_question() -> None:
    around = envelope("m", "system", Features().asking())
    first, second = around.around(PICTURE, "what?"), around.around(PICTURE, "and now?")
    shared = first.index(b"what?")
    assert first[:shared] == second[:shared] and b"/9j/4AAQ" in first[:shared]
    assert len(first) - shared < 20
