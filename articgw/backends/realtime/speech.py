"""A question of the Realtime API, as one event.

Each is a response outside the conversation (``conversation: none``) with the frame as an item of
its own input: in a conversation, frames would add up, cost tokens in every turn, and be seen by
questions of other calls on the same connection.
"""

from __future__ import annotations

from typing import Any

from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``detail`` is the picture's own, all others are the response's."""
    detail = wish.detail or "high"
    return {"max_output_tokens": wish.max_tokens, "output_modalities": ["text"], "detail": detail}


MENU = Menu(
    wanted,
    mentioned_as={
        "max_output_tokens": r"\bmax_output_tokens\b",
        "output_modalities": r"\b(?:output_)?modalit(?:y|ies)\b",
        "detail": r"\bdetail\b",
    },
    schema="",
)


def request(system: str, asking: Asking) -> dict[str, Any]:
    """An event; picture and question are marks."""
    fields = dict(asking.fields)
    image = {"type": "input_image", "image_url": f"data:image/jpeg;base64,{PICTURE}"}
    if "detail" in fields:
        image["detail"] = str(fields.pop("detail"))
    content = [image, {"type": "input_text", "text": QUESTION}]
    item = {"type": "message", "role": "user", "content": content}
    return {
        "type": "response.create",
        "response": {
            "conversation": "none",
            "instructions": system,
            **fields,
            "input": [item],
        },
    }
