"""Gemini's generateContent as a value.

What a picture costs is set by ``mediaResolution`` and not by its size. Log-probabilities exist on
Vertex only, and only for older models, so they are asked for once and forgotten on refusal.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import GEMINI
from articgw.backends.gemini.hear import hear
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech

_RESOLUTIONS = {"low": "MEDIA_RESOLUTION_LOW", "medium": "MEDIA_RESOLUTION_MEDIUM"}
"""Of a whole request there is none above HIGH."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields of ``generationConfig``; models before 3.5 know thinking by its budget."""
    fields: dict[str, object] = {
        "maxOutputTokens": wish.max_tokens,
        "temperature": 0,
        "mediaResolution": _RESOLUTIONS.get(wish.detail, "MEDIA_RESOLUTION_HIGH"),
        "thinkingLevel": "MINIMAL",
    }
    if "thinkingLevel" in wish.refused:
        fields["thinkingBudget"] = 0
    if wish.by == "schema":
        fields["responseJsonSchema"] = ANSWER_SCHEMA
    if wish.by == "none":
        fields["responseLogprobs"] = True
    return fields


MENU = Menu(
    wanted,
    mentioned_as={
        "maxOutputTokens": r"max_?[oO]utput_?[tT]okens",
        "temperature": r"\btemperature\b",
        "mediaResolution": r"(?i:media.?resolution)",
        "thinkingLevel": r"(?i:thinking.?level|thinking is not)",
        "thinkingBudget": r"(?i:thinking)",
        "responseJsonSchema": r"(?i:response.?(?:json.?)?schema|json mode)",
        "responseLogprobs": r"(?i:logprobs)",
    },
    schema="responseJsonSchema",
)


def request(_model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; picture and question are marks."""
    config = dict(asking.fields)
    if "responseJsonSchema" in config:
        config["responseMimeType"] = "application/json"
    if "responseLogprobs" in config:
        config["logprobs"] = 1
    for name in ("thinkingLevel", "thinkingBudget"):
        if name in config:
            config["thinkingConfig"] = {name: config.pop(name)}
    picture = {"inlineData": {"mimeType": "image/jpeg", "data": PICTURE}}
    return {
        "systemInstruction": {"parts": [{"text": system}]},
        "generationConfig": config,
        "contents": [{"role": "user", "parts": [picture, {"text": QUESTION}]}],
    }


def _headers(key: str) -> dict[str, str]:
    return {"x-goog-api-key": key}


def _endpoint(model: str) -> str:
    return f"models/{quote(model.removeprefix('models/'), safe='')}:streamGenerateContent?alt=sse"


GENERATE = Speech(GEMINI, MENU, _headers, _endpoint, request, hear)
