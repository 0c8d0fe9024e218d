"""A request of Ollama's own chat: the picture belongs to its message, the question stands last."""

from __future__ import annotations

import json

from articgw.backends.ollama.speech import CONTEXT_TOKENS, KEEP_ALIVE, MENU, request
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.body import envelope
from articgw.backends.wire.features import Features


def test_the_body_is_the_request() -> None:
    asked = request("m", "system", Features(MENU).asking())
    assert json.loads(envelope(asked).around([Picture(b"/9j/", (64, 36))], "what?")) == {
        "model": "m",
        "stream": True,
        "keep_alive": KEEP_ALIVE,
        "think": False,
        "options": {"temperature": 0, "num_predict": 1000, "num_ctx": CONTEXT_TOKENS},
        "messages": [
            {"role": "system", "content": "system"},
            {"role": "user", "images": ["/9j/"], "content": "what?"},
        ],
    }


def test_what_evidence_asks_for_is_in_it() -> None:
    assert "format" in request("m", "", Features(MENU, "schema").asking())
    assert "logprobs" in request("m", "", Features(MENU, "none").asking())
