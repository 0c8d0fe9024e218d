"""OpenAI's chat completions, as a server speaks them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from articgw.testing.servers.wire import (
    CACHED_TOKENS,
    INPUT_TOKENS,
    Finish,
    Read,
    Wire,
    exchange,
    split_at_last,
)

_FINISH = {"stop": "stop", "length": "length", "filtered": "content_filter", "tools": "tool_calls"}
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}


class ChatWire(Wire):
    """vLLM's, llama.cpp's, OpenAI's."""

    family = "openai"
    base = "/v1"
    listing = "/v1/models"
    route = "/v1/chat/completions"
    is_socket = False
    content_type = "text/event-stream"

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """Behind ``Bearer``."""
        return headers.get("Authorization", "").removeprefix("Bearer ") or None

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The system message and the parts of the user's."""
        (system, *before), asked, rest = split_at_last(body["messages"], "user")
        *others, base64 = _pictures(asked)
        text = asked["content"][-1]
        calls = [one["function"] for said in rest for one in said.get("tool_calls", ())]
        results = [said for said in rest if said["role"] == "tool"]
        ids = [one["id"] for said in rest for one in said.get("tool_calls", ())]
        assert ids == [one["tool_call_id"] for one in results]
        return Read(
            body["model"],
            system["content"],
            text["text"],
            base64,
            tuple(one["function"]["name"] for one in body.get("tools", ())),
            tuple((one["name"], json.loads(one["arguments"])) for one in calls),
            tuple(one["content"] for one in results),
            body.get("tool_choice") == "none",
            tuple(
                exchange(_pictures(user), user["content"][-1]["text"], answer["content"])
                for user, answer in zip(before[::2], before[1::2], strict=True)
            ),
            tuple(others),
        )

    def recall(self, body: Mapping[str, Any], kept: dict[str, str]) -> int | None:
        """vLLM's ``uuid``."""
        parts = [part for said in body["messages"] for part in _picture_parts(said)]
        for place, part in enumerate(parts):
            if part["image_url"] is not None:
                if "uuid" in part:
                    kept[part["uuid"]] = part["image_url"]["url"]
            elif part["uuid"] in kept:
                part["image_url"] = {"url": kept[part["uuid"]]}
            else:
                return place
        return None

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """At the top, or the picture's ``detail`` or ``uuid``."""
        part = body["messages"][1]["content"][0]
        return field in body or field in part or field in part["image_url"]

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """A role."""
        return [_chunk({"role": "assistant", "content": ""})]

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A delta."""
        words = None
        if logprob is not None:
            word = {"token": text, "logprob": logprob, "bytes": None, "top_logprobs": []}
            words = {"content": [word], "refusal": None}
        return _chunk({"content": text}, logprobs=words)

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """Id and name, then the arguments in two halves."""
        begun = {
            "index": place,
            "id": f"call_{place}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        text = json.dumps(arguments)
        halves = (text[: len(text) // 2], text[len(text) // 2 :])
        pieces = [{"index": place, "function": {"arguments": half}} for half in halves]
        return [_chunk({"tool_calls": [one]}) for one in (begun, *pieces)]

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """The finish, then the usage without choices."""
        usage = {
            "prompt_tokens": INPUT_TOKENS,
            "completion_tokens": words,
            "total_tokens": INPUT_TOKENS + words,
            "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
        }
        return [_chunk({}, _FINISH[finish]), {**_chunk(None), "usage": usage}]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A server-sent event."""
        return b"data: " + json.dumps(event).encode() + b"\n\n"

    def last(self) -> bytes:
        """``[DONE]``."""
        return b"data: [DONE]\n\n"

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """Type and code beside it."""
        kind = _TYPES.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": status}}


def _picture_parts(said: Mapping[str, Any]) -> list[Any]:
    if said["role"] != "user":
        return []
    return [one for one in said["content"] if "image_url" in one]


def _pictures(said: Mapping[str, Any]) -> list[str]:
    urls = [part["image_url"]["url"] for part in _picture_parts(said)]
    return [url.removeprefix("data:image/jpeg;base64,") for url in urls]


def _chunk(
    delta: Mapping[str, Any] | None,
    finish: str | None = None,
    *,
    logprobs: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "tiny",
        "choices": [] if delta is None else [choice],
    }


CHAT = ChatWire()
