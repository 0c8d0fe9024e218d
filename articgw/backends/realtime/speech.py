"""A question of the Realtime API, as one event.

Each is a response outside the conversation (``conversation: none``) with the frame as an item of
its own input: in a conversation, frames would add up, cost tokens in every turn, and be seen by
questions of other calls on the same connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.layout import Place
from articgw.tools.toolset import Round


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``detail`` is the picture's own, all others are the response's."""
    detail = wish.detail or "high"
    fields: dict[str, object] = {
        "max_output_tokens": wish.max_tokens,
        "output_modalities": ["text"],
        "detail": detail,
    }
    if wish.toolset.tools:
        fields["tools"] = [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters.told(),
            }
            for tool in wish.toolset.tools
        ]
        if not wish.toolset.may_call:
            fields["tool_choice"] = "none"
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "max_output_tokens": r"\bmax_output_tokens\b",
        "output_modalities": r"\b(?:output_)?modalit(?:y|ies)\b",
        "detail": r"\bdetail\b",
        "tool_choice": r"\btool.?choice\b",
        "tools": r"\btools?\b",
    },
    schema="",
    tools="tools",
)


def _told(done: Round) -> list[dict[str, object]]:
    """A round, as items."""
    said: list[dict[str, object]] = []
    if done.text:
        content = [{"type": "output_text", "text": done.text}]
        said.append({"type": "message", "role": "assistant", "content": content})
    for call in done.calls:
        item = {"call_id": call.id, "name": call.name, "arguments": call.arguments}
        said.append({"type": "function_call", **item})
    for call, result in zip(done.calls, done.results, strict=True):
        said.append({"type": "function_call_output", "call_id": call.id, "output": result.text})
    return said


def _asked(pictures: Sequence[Place], detail: object, words: str) -> dict[str, object]:
    image = {"type": "input_image", "image_url": f"data:image/jpeg;base64,{PICTURE}"}
    content: list[dict[str, object]] = [
        {**image, **({"detail": place.detail or detail} if detail is not None else {})}
        for place in pictures
    ]
    content.append({"type": "input_text", "text": words})
    return {"type": "message", "role": "user", "content": content}


def request(system: str, asking: Asking) -> dict[str, Any]:
    """An event; pictures and question are marks."""
    fields = dict(asking.fields)
    detail = fields.pop("detail", None)
    items: list[dict[str, object]] = []
    for one in asking.layout.before:
        items.append(_asked(one.pictures, detail, one.words))
        content = [{"type": "output_text", "text": one.answer}]
        items.append({"type": "message", "role": "assistant", "content": content})
    items.append(_asked(asking.layout.pictures, detail, QUESTION))
    return {
        "type": "response.create",
        "response": {
            "conversation": "none",
            "instructions": system,
            **fields,
            "input": [*items, *(one for done in asking.rounds for one in _told(done))],
        },
    }
