"""Anthropic's messages as a value.

Claude gives no log-probabilities, so readability is always what the model says. The frame is not
marked for the prompt cache: writing there costs a quarter more, and a question gets a new frame.
"""

from __future__ import annotations

from typing import Any

from articgw.backends.anthropic.hear import hear
from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import ANTHROPIC
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech, bearer

VERSION = "2026-10-21"
"""That of Anthropic's own client 2.12, which knows no temperature any more."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``max_tokens`` is none. Thinking would come before the first word."""
    fields: dict[str, object] = {"max_tokens": wish.max_tokens, "thinking": {"type": "disabled"}}
    if wish.by == "schema":
        fields["output_config"] = {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}}
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "thinking": r"\bthinking\b",
        "output_config": r"\b(?:output_config|output_format|json_schema)\b|structured.outputs?",
    },
    schema="output_config",
)


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; picture and question are marks."""
    source = {"type": "base64", "media_type": "image/jpeg", "data": PICTURE}
    content = [{"type": "image", "source": source}, {"type": "text", "text": QUESTION}]
    return {
        "model": model,
        "stream": True,
        **asking.fields,
        "system": system,
        "messages": [{"role": "user", "content": content}],
    }


def _endpoint(_model: str) -> str:
    return "messages"


MESSAGES = Speech(
    ANTHROPIC,
    MENU,
    bearer,
    _endpoint,
    request,
    hear,
    always={"anthropic-version": VERSION},
)
