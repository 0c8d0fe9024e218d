"""Gemini's generateContent as a value.

What a picture costs is set by ``mediaResolution`` and not by its size. Log-probabilities exist on
Vertex only, and only for older models, so they are asked for once and forgotten on refusal.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from msgspec import Raw

from articgw.backends.behind.instructions import ANSWER_SCHEMA
from articgw.backends.families import GEMINI
from articgw.backends.gemini.hear import hear
from articgw.backends.wire.body import PICTURE, QUESTION
from articgw.backends.wire.features import Asking, Menu, Wish
from articgw.backends.wire.speech import Speech
from articgw.tools.toolset import OUR_IDS, Result, Round, Wanted

_RESOLUTIONS = {"low": "MEDIA_RESOLUTION_LOW", "medium": "MEDIA_RESOLUTION_MEDIUM"}
"""Of a whole request there is none above HIGH."""


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields, all but the tools of ``generationConfig``; models before 3.5 know thinking
    by its budget."""
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
    if wish.toolset.tools:
        fields["tools"] = [
            {
                "name": tool.name,
                "description": tool.description,
                "parametersJsonSchema": tool.parameters.told(),
            }
            for tool in wish.toolset.tools
        ]
        if not wish.toolset.may_call:
            fields["toolConfig"] = {"functionCallingConfig": {"mode": "NONE"}}
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
        "toolConfig": r"(?i:tool.?config)",
        "tools": r"(?i:\btools?\b|function.?(?:calling|declarations?))",
    },
    schema="responseJsonSchema",
    tools="tools",
)


def _told(done: Round) -> list[dict[str, object]]:
    """A round, as contents."""
    said: list[dict[str, object]] = [{"text": done.text}] if done.text else []
    for call in done.calls:
        part: dict[str, object] = {
            "functionCall": _named(call, "args", Raw(call.arguments.encode()))
        }
        if call.signature:
            part["thoughtSignature"] = call.signature
        said.append(part)
    results = [
        {"functionResponse": _named(call, "response", _response(result))}
        for call, result in zip(done.calls, done.results, strict=True)
    ]
    return [{"role": "model", "parts": said}, {"role": "user", "parts": results}]


def _named(call: Wanted, what: str, value: object) -> dict[str, object]:
    """Ids go back only to who gave them."""
    ours = call.id.startswith(OUR_IDS)
    return {**({} if ours else {"id": call.id}), "name": call.name, what: value}


def _response(result: Result) -> dict[str, str]:
    return {"output" if result.outcome == "answered" else "error": result.text}


def _asked(pictures: int, words: str) -> dict[str, object]:
    picture = {"inlineData": {"mimeType": "image/jpeg", "data": PICTURE}}
    return {"role": "user", "parts": [*[picture] * pictures, {"text": words}]}


def request(_model: str, system: str, asking: Asking) -> dict[str, Any]:
    """A request; pictures and question are marks."""
    config = dict(asking.fields)
    if "responseJsonSchema" in config:
        config["responseMimeType"] = "application/json"
    if "responseLogprobs" in config:
        config["logprobs"] = 1
    for name in ("thinkingLevel", "thinkingBudget"):
        if name in config:
            config["thinkingConfig"] = {name: config.pop(name)}
    beside: dict[str, object] = {}
    if "tools" in config:
        beside["tools"] = [{"functionDeclarations": config.pop("tools")}]
    if "toolConfig" in config:
        beside["toolConfig"] = config.pop("toolConfig")
    contents: list[dict[str, object]] = []
    for one in asking.layout.before:
        contents.append(_asked(len(one.pictures), one.words))
        contents.append({"role": "model", "parts": [{"text": one.answer}]})
    contents.append(_asked(len(asking.layout.pictures), QUESTION))
    contents += [one for done in asking.rounds for one in _told(done)]
    return {
        "systemInstruction": {"parts": [{"text": system}]},
        "generationConfig": config,
        **beside,
        "contents": contents,
    }


def _headers(key: str) -> dict[str, str]:
    return {"x-goog-api-key": key}


def _endpoint(model: str) -> str:
    return f"models/{quote(model.removeprefix('models/'), safe='')}:streamGenerateContent?alt=sse"


GENERATE = Speech(GEMINI, MENU, _headers, _endpoint, request, hear)
