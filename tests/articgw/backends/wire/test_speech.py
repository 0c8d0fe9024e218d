"""Every family is a value of the same shape."""

from __future__ import annotations

import pytest

from articgw.backends.anthropic.speech import MESSAGES
from articgw.backends.families import FAMILIES
from articgw.backends.gemini.speech import GENERATE
from articgw.backends.ollama.speech import OLLAMA_CHAT
from articgw.backends.openai_chat.speech import CHAT
from articgw.backends.wire.features import Features
from articgw.backends.wire.speech import Speech, bearer

SPEECHES = (CHAT, MESSAGES, GENERATE, OLLAMA_CHAT)


@pytest.mark.parametrize("speech", SPEECHES, ids=[speech.family.name for speech in SPEECHES])
def test_what_can_be_refused_is_asked_for(speech: Speech) -> None:
    assert FAMILIES[speech.family.name] is speech.family
    asked = Features(speech.menu, "schema").asking()
    assert speech.menu.schema in asked.fields
    assert speech.menu.schema in speech.menu.mentioned_as


def test_a_bearer() -> None:
    assert bearer("k") == {"Authorization": "Bearer k"}
