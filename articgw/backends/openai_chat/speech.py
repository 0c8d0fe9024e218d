"""OpenAI's chat completions as a value: vLLM, SGLang, llama.cpp, OpenRouter and OpenAI speak it."""

from __future__ import annotations

from typing import Any

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import OPENAI
from articgw.backends.openai_chat.hear import hear
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech, bearer

RESPONSE_FORMAT: dict[str, object] = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": ANSWER_SCHEMA},
}


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``detail`` is the picture's own, all others are the request's."""
    fields: dict[str, object] = {
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_completion_tokens": wish.max_tokens,
        "detail": wish.detail or "high",
    }
    if "max_completion_tokens" in wish.refused:
        fields["max_tokens"] = wish.max_tokens
    if wish.by == "schema":
        fields["response_format"] = RESPONSE_FORMAT
    if wish.by == "none":
        fields["logprobs"] = True
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "max_completion_tokens": r"\bmax_completion_tokens\b",
        "max_tokens": r"\bmax_tokens\b",
        "stream_options": r"\b(?:stream_options|include_usage)\b",
        "response_format": r"\b(?:response_format|json_schema)\b|structured.outputs?",
        "logprobs": r"\blogprobs\b",
        "temperature": r"\btemperature\b",
        "detail": r"image_url\W{1,6}detail\b|['\"`]detail['\"`]",
    },
    schema="response_format",
)


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; picture and question are marks."""
    fields = dict(asking.fields)
    image: dict[str, object] = {"url": f"data:image/jpeg;base64,{PICTURE}"}
    if "detail" in fields:
        image["detail"] = fields.pop("detail")
    content = [
        {"type": "image_url", "image_url": image},
        {"type": "text", "text": QUESTION},
    ]
    messages = [{"role": "system", "content": system}, {"role": "user", "content": content}]
    return {"model": model, "stream": True, **fields, "messages": messages}


def _endpoint(_model: str) -> str:
    return "chat/completions"


CHAT = Speech(OPENAI, MENU, bearer, _endpoint, request, hear)
