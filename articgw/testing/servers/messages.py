"""Anthropic's messages, as a server speaks them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, Finish, Read, Wire, exchange

_FINISH = {"stop": "end_turn", "length": "max_tokens", "filtered": "refusal", "tools": "tool_use"}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class MessagesWire(Wire):
    """Claude's."""

    family = "anthropic"
    base = ""
    listing = "/v1/models"
    route = "/v1/messages"
    is_socket = False
    content_type = "text/event-stream; charset=utf-8"

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """As a bearer, or as older clients show it."""
        assert headers["anthropic-version"]
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        return bearer or headers.get("x-api-key")

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The system prompt stands beside the messages."""
        assert body["max_tokens"] > 0
        shown = [n for n, one in enumerate(body["messages"]) if _pictures(one)]
        before, asked = body["messages"][: shown[-1]], body["messages"][shown[-1]]
        rest = body["messages"][shown[-1] + 1 :]
        *others, picture = _pictures(asked)
        text = asked["content"][-1]
        blocks = [block for message in rest for block in message["content"]]
        calls = [block for block in blocks if block["type"] == "tool_use"]
        results = [block for block in blocks if block["type"] == "tool_result"]
        assert [one["id"] for one in calls] == [one["tool_use_id"] for one in results]
        assert not calls or body["tools"], "history with calls needs the tools"
        return Read(
            body["model"],
            body["system"],
            text["text"],
            picture,
            tuple(one["name"] for one in body.get("tools", ())),
            tuple((one["name"], one["input"]) for one in calls),
            tuple(one["content"] for one in results),
            body.get("tool_choice") == {"type": "none"},
            tuple(
                exchange(_pictures(user), user["content"][-1]["text"], answer["content"])
                for user, answer in zip(before[::2], before[1::2], strict=True)
            ),
            tuple(others),
        )

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """At the top, or the newest picture's."""
        pictures = [
            block
            for message in body["messages"]
            for block in message["content"]
            if isinstance(block, dict) and block["type"] == "image"
        ]
        return field in body or field in pictures[-1]

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """The message, a block of text, and a sign of life."""
        usage = {
            "input_tokens": INPUT_TOKENS - CACHED_TOKENS,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": CACHED_TOKENS,
            "output_tokens": 1,
        }
        message: dict[str, Any] = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "tiny",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        block = {"type": "text", "text": ""}
        return [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": block},
            {"type": "ping"},
        ]

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A delta; Claude gives no log-probabilities."""
        delta = {"type": "text_delta", "text": text}
        return {"type": "content_block_delta", "index": 0, "delta": delta}

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """A block of its own behind that of the text, its input in two halves."""
        index, text = place + 1, json.dumps(arguments)
        block = {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": {}}
        halves = (text[: len(text) // 2], text[len(text) // 2 :])
        return [
            {"type": "content_block_start", "index": index, "content_block": block},
            *(
                {
                    "type": "content_block_delta",
                    "index": index,
                    "delta": {"type": "input_json_delta", "partial_json": half},
                }
                for half in halves
            ),
            {"type": "content_block_stop", "index": index},
        ]

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """The block's end, then the message's."""
        delta = {"stop_reason": _FINISH[finish], "stop_sequence": None}
        return [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": delta, "usage": {"output_tokens": words}},
        ]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A server-sent event with its name."""
        name = str(event["type"]).encode()
        return b"event: " + name + b"\ndata: " + json.dumps(event).encode() + b"\n\n"

    def last(self) -> bytes:
        """``message_stop``."""
        return self.framed({"type": "message_stop"})

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """With a word for each status."""
        error = {"type": _TYPES.get(status, "api_error"), "message": message}
        return {"type": "error", "error": error, "request_id": "req_1"}


def _pictures(message: Mapping[str, Any]) -> list[str]:
    if message["role"] != "user":
        return []
    return [one["source"]["data"] for one in message["content"] if one["type"] == "image"]


MESSAGES = MessagesWire()
