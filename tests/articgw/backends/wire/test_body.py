"""A request is JSON, with what is the same for every question at its beginning."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import PICTURE, QUESTION, envelope

SHOWN = Picture(b"/9j/4AAQ", (640, 360))
REQUEST = {"system": "Be brief.", "parts": [{"data": f"base64,{PICTURE}"}, {"text": QUESTION}]}


@given(st.text())
def test_picture_and_question_take_their_places(question: str) -> None:
    body = json.loads(envelope(REQUEST).around([SHOWN], question))
    assert body == {
        "system": "Be brief.",
        "parts": [{"data": "base64,/9j/4AAQ"}, {"text": question}],
    }


def test_requests_share_their_beginning_up_to_the_question() -> None:
    around = envelope(REQUEST)
    first, second = around.around([SHOWN], "what?"), around.around([SHOWN], "and now?")
    shared = first.index(b"what?")
    assert first[:shared] == second[:shared] and b"/9j/4AAQ" in first[:shared]
    assert len(first) - shared < 20
