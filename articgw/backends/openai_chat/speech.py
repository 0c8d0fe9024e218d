"""OpenAI's chat completions as a value: vLLM, SGLang, llama.cpp, OpenRouter and OpenAI speak it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import OPENAI
from articgw.backends.openai_chat.hear import hear
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.layout import Place
from articgw.backends.wire.speech import Speech, bearer
from articgw.tools.spec import Tool
from articgw.tools.toolset import Round

RESPONSE_FORMAT: dict[str, object] = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": ANSWER_SCHEMA},
}


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields; ``detail`` and ``uuid`` are each picture's own, all others the request's.

    No log-probabilities beside tools: llama.cpp refuses both at once, and naming the first of them.
    """
    fields: dict[str, object] = {
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_completion_tokens": wish.max_tokens,
        "detail": wish.detail or "high",
    }
    if "max_completion_tokens" in wish.refused:
        fields["max_tokens"] = wish.max_tokens
    if wish.is_repeated and wish.session:
        fields["prompt_cache_key"] = wish.session
    if wish.keeps_named:
        fields["uuid"] = True
    if wish.by == "schema":
        fields["response_format"] = RESPONSE_FORMAT
    if wish.by == "none" and not wish.toolset.tools:
        fields["logprobs"] = True
    if wish.toolset.tools:
        fields["tools"] = [function_of(tool) for tool in wish.toolset.tools]
        if not wish.toolset.may_call:
            fields["tool_choice"] = "none"
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
        "tool_choice": r"\btool.?choice\b",
        "tools": r"\btools?\b|\btool_|\bfunction.?call",
        "prompt_cache_key": r"\bprompt_cache_key\b",
        "uuid": r"\buuid\b",
        "detail": r"image_url\W{1,6}detail\b|['\"`]detail['\"`]",
    },
    schema="response_format",
    tools="tools",
)


def function_of(tool: Tool) -> dict[str, object]:
    """A tool, as this family and Ollama's are told of it."""
    told = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters.told(),
    }
    return {"type": "function", "function": told}


def _told(done: Round) -> list[dict[str, object]]:
    """A round, as messages."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for call in done.calls
    ]
    text = done.text or None
    said: dict[str, object] = {"role": "assistant", "content": text, "tool_calls": calls}
    results: list[dict[str, object]] = [
        {"role": "tool", "tool_call_id": call.id, "content": result.text}
        for call, result in zip(done.calls, done.results, strict=True)
    ]
    return [said, *results]


def _picture(place: Place, detail: object, *, has_names: bool) -> dict[str, object]:
    """vLLM's ``uuid``: once with the bytes, and alone from then on."""
    named = {"uuid": place.name} if has_names and place.name else {}
    if named and place.is_held:
        return {"type": "image_url", "image_url": None, **named}
    image: dict[str, object] = {"url": f"data:image/jpeg;base64,{PICTURE}"}
    if detail is not None:
        image["detail"] = place.detail or detail
    return {"type": "image_url", "image_url": image, **named}


def request(model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; pictures and question are marks."""
    fields = dict(asking.fields)
    detail, has_names = fields.pop("detail", None), bool(fields.pop("uuid", None))

    def asked(pictures: Sequence[Place], words: str) -> dict[str, object]:
        content = [_picture(place, detail, has_names=has_names) for place in pictures]
        return {"role": "user", "content": [*content, {"type": "text", "text": words}]}

    messages: list[dict[str, object]] = [{"role": "system", "content": system}]
    for one in asking.layout.before:
        messages.append(asked(one.pictures, one.words))
        messages.append({"role": "assistant", "content": one.answer})
    messages.append(asked(asking.layout.pictures, QUESTION))
    messages += [one for done in asking.rounds for one in _told(done)]
    return {"model": model, "stream": True, **fields, "messages": messages}


def _endpoint(_model: str) -> str:
    return "chat/completions"


CHAT = Speech(OPENAI, MENU, bearer, _endpoint, request, hear)
