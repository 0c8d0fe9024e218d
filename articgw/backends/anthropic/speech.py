"""Anthropic's messages as a value.

Claude gives no log-probabilities, so readability is always what the model says. The newest frame is
marked for the prompt cache only where prompts go on behind it: writing there costs a quarter more.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw

from articgw.backends.anthropic.hear import hear
from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import ANTHROPIC
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech, bearer
from articgw.tools.toolset import Round

VERSION = "2026-10-21"
"""That of Anthropic's own client 2.12, which knows no temperature any more."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``cache_control`` is the picture's own, and ``max_tokens`` is none.

    Thinking would come before the first word.
    """
    fields: dict[str, object] = {"max_tokens": wish.max_tokens, "thinking": {"type": "disabled"}}
    if wish.is_repeated:
        fields["cache_control"] = {"type": "ephemeral"}
    if wish.by == "schema":
        fields["output_config"] = {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}}
    if wish.toolset.tools:
        fields["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.parameters.told(),
            }
            for tool in wish.toolset.tools
        ]
        if not wish.toolset.may_call:
            fields["tool_choice"] = {"type": "none"}
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "cache_control": r"\bcache_control\b",
        "thinking": r"\bthinking\b",
        "output_config": r"\b(?:output_config|output_format|json_schema)\b|structured.outputs?",
        "tool_choice": r"\btool.?choice\b",
        "tools": r"\btools?\b|\btool_",
    },
    schema="output_config",
    tools="tools",
)


def _told(done: Round) -> list[dict[str, object]]:
    """A round, as messages; a block of text may not be empty."""
    said: list[dict[str, object]] = [{"type": "text", "text": done.text}] if done.text else []
    said += [
        {
            "type": "tool_use",
            "id": call.id,
            "name": call.name,
            "input": Raw(call.arguments.encode()),
        }
        for call in done.calls
    ]
    results = [
        {
            "type": "tool_result",
            "tool_use_id": call.id,
            "content": result.text,
            "is_error": result.outcome != "answered",
        }
        for call, result in zip(done.calls, done.results, strict=True)
    ]
    return [{"role": "assistant", "content": said}, {"role": "user", "content": results}]


_PICTURE: dict[str, object] = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/jpeg", "data": PICTURE},
}


def _asked(pictures: list[dict[str, object]], words: str) -> dict[str, object]:
    return {"role": "user", "content": [*pictures, {"type": "text", "text": words}]}


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; pictures and question are marks."""
    fields = dict(asking.fields)
    kept = {name: fields.pop(name) for name in ("cache_control",) if name in fields}
    messages: list[dict[str, object]] = []
    for one in asking.layout.before:
        messages.append(_asked([_PICTURE] * len(one.pictures), one.words))
        messages.append({"role": "assistant", "content": one.answer})
    *others, _newest = [_PICTURE] * len(asking.layout.pictures)
    messages.append(_asked([*others, {**_PICTURE, **kept}], QUESTION))
    messages += [one for done in asking.rounds for one in _told(done)]
    return {
        "model": model,
        "stream": True,
        **fields,
        "system": system,
        "messages": messages,
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
