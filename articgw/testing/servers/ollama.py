"""Ollama's own chat, as a server speaks it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from articgw.testing.servers.wire import INPUT_TOKENS, Finish, Read, Wire, exchange, split_at_last

_HEAD = {"model": "tiny", "created_at": "2026-11-23T00:00:00.000000Z"}


class OllamaWire(Wire):
    """A line per event."""

    family = "ollama"
    base = ""
    listing = "/api/tags"
    route = "/api/chat"
    is_socket = False
    content_type = "application/x-ndjson"

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """Behind ``Bearer``, for its cloud and for proxies."""
        return headers.get("Authorization", "").removeprefix("Bearer ") or None

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The picture belongs to the user's message."""
        (system, *before), user, rest = split_at_last(body["messages"], "user")
        calls = [one["function"] for said in rest for one in said.get("tool_calls", ())]
        results = [said for said in rest if said["role"] == "tool"]
        assert [one["name"] for one in calls] == [one["tool_name"] for one in results]
        *others, picture = user["images"]
        return Read(
            body["model"],
            system["content"],
            user["content"],
            picture,
            tuple(one["function"]["name"] for one in body.get("tools", ())),
            tuple((one["name"], one["arguments"]) for one in calls),
            tuple(one["content"] for one in results),
            not body.get("tools"),
            tuple(
                exchange(user["images"], user["content"], answer["content"])
                for user, answer in zip(before[::2], before[1::2], strict=True)
            ),
            tuple(others),
        )

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """At the top."""
        return field in body

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        return []

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A message."""
        event = {**_HEAD, "message": {"role": "assistant", "content": text}, "done": False}
        if logprob is not None:
            event["logprobs"] = [{"token": text, "logprob": logprob}]
        return event

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """A whole one, without an id."""
        call = {"function": {"name": name, "arguments": dict(arguments)}}
        message = {"role": "assistant", "content": "", "tool_calls": [call]}
        return [{**_HEAD, "message": message, "done": False}]

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """The counts; Ollama has no filter."""
        return [
            {
                **_HEAD,
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "length" if finish == "length" else "stop",
                "total_duration": 10_000_000,
                "load_duration": 1_000_000,
                "prompt_eval_count": INPUT_TOKENS,
                "prompt_eval_duration": 5_000_000,
                "eval_count": words,
                "eval_duration": 4_000_000,
            }
        ]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A line."""
        return json.dumps(event).encode() + b"\n"

    def last(self) -> bytes:
        """Nothing."""
        return b""

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """Words only."""
        return {"error": message}


OLLAMA_CHAT = OllamaWire()
