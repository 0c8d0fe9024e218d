"""Gemini's generateContent, as a server speaks it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, Finish, Read, Wire, exchange

_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "filtered": "SAFETY", "tools": "STOP"}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
VISUAL_TOKENS = 280
SIGNATURE = "c2lnbmVk"
_PLAIN = str.maketrans("-_", "+/")
"""Google's own client sends the URL-safe alphabet; its servers take both."""


class GenerateWire(Wire):
    """Gemini's."""

    family = "gemini"
    base = ""
    listing = "/v1/models"
    route = "/{version}/models/{call}"
    is_socket = False
    content_type = "text/event-stream"

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """In a header of its own; never in the URL, which is written into logs."""
        return headers.get("x-goog-api-key")

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The model stands in the path."""
        model = unquote(path.partition("?")[0].rpartition("/")[2]).rpartition(":")[0]
        last = max(n for n, one in enumerate(body["contents"]) if "inlineData" in one["parts"][0])
        before, asked, rest = (
            body["contents"][:last],
            body["contents"][last],
            body["contents"][last + 1 :],
        )
        *others, base64 = _pictures(asked)
        text = asked["parts"][-1]
        parts = [part for content in rest for part in content["parts"]]
        calls = [part for part in parts if "functionCall" in part]
        assert all(part["thoughtSignature"] == SIGNATURE for part in calls), "as it was given"
        results = [part["functionResponse"] for part in parts if "functionResponse" in part]
        assert [one["functionCall"]["name"] for one in calls] == [one["name"] for one in results]
        declared = [one for tool in body.get("tools", ()) for one in tool["functionDeclarations"]]
        calling = body.get("toolConfig", {}).get("functionCallingConfig", {})
        system = body["systemInstruction"]["parts"][0]["text"]
        return Read(
            model,
            system,
            text["text"],
            base64,
            tuple(one["name"] for one in declared),
            tuple((one["functionCall"]["name"], one["functionCall"]["args"]) for one in calls),
            tuple(str(next(iter(one["response"].values()))) for one in results),
            calling.get("mode") == "NONE",
            tuple(
                exchange(_pictures(user), user["parts"][-1]["text"], model["parts"][0]["text"])
                for user, model in zip(before[::2], before[1::2], strict=True)
            ),
            tuple(others),
        )

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """At the top, or in the configuration."""
        return field in body or field in body["generationConfig"]

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        return []

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A response with a part."""
        candidate: dict[str, Any] = {
            "content": {"parts": [{"text": text}], "role": "model"},
            "index": 0,
        }
        if logprob is not None:
            word = {"token": text, "tokenId": 1, "logProbability": logprob}
            candidate["logprobsResult"] = {"chosenCandidates": [word]}
        return {"candidates": [candidate], "usageMetadata": _usage(0), "modelVersion": "tiny"}

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """A whole part, with a signature that has to come back."""
        part = {
            "functionCall": {"name": name, "args": dict(arguments)},
            "thoughtSignature": SIGNATURE,
        }
        candidate = {"content": {"parts": [part], "role": "model"}, "index": 0}
        return [{"candidates": [candidate], "usageMetadata": _usage(0), "modelVersion": "tiny"}]

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """A response without text."""
        content = {"parts": [{"text": ""}], "role": "model"}
        candidate = {"content": content, "finishReason": _FINISH[finish], "index": 0}
        usage = _usage(words)
        return [{"candidates": [candidate], "usageMetadata": usage, "modelVersion": "tiny"}]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A server-sent event, with the line ends that Google's have."""
        return b"data: " + json.dumps(event).encode() + b"\r\n\r\n"

    def last(self) -> bytes:
        """Nothing."""
        return b""

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """With a word for each status."""
        word = _STATUSES.get(status, "UNKNOWN")
        return {"error": {"code": status, "message": message, "status": word}}


def _pictures(content: Mapping[str, Any]) -> list[str]:
    data = [part["inlineData"]["data"] for part in content["parts"] if "inlineData" in part]
    return [one.translate(_PLAIN) for one in data]


def _usage(output: int) -> dict[str, Any]:
    return {
        "promptTokenCount": INPUT_TOKENS,
        "candidatesTokenCount": output,
        "totalTokenCount": INPUT_TOKENS + output,
        "cachedContentTokenCount": CACHED_TOKENS,
        "promptTokensDetails": [
            {"modality": "IMAGE", "tokenCount": VISUAL_TOKENS},
            {"modality": "TEXT", "tokenCount": INPUT_TOKENS - VISUAL_TOKENS},
        ],
    }


GENERATE = GenerateWire()
