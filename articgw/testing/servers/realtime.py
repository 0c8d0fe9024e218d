"""OpenAI's Realtime API, as a server speaks it: an event per message."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, Finish, Read, Wire, exchange

_IDS = {"response_id": "resp_1", "item_id": "item_1", "output_index": 0, "content_index": 0}
_DONE = {
    "stop": ("completed", None),
    "length": ("incomplete", "max_output_tokens"),
    "filtered": ("incomplete", "content_filter"),
    "tools": ("completed", None),
}
VISUAL_TOKENS = 200


class RealtimeWire(Wire):
    """OpenAI's."""

    family = "realtime"
    base = "/v1"
    listing = "/v1/models"
    route = "/v1/realtime"
    is_socket = True
    content_type = ""

    def is_question(self, body: Mapping[str, Any]) -> bool:
        """Only a response is an answer."""
        return bool(body["type"] == "response.create")

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """Behind ``Bearer``."""
        return headers.get("Authorization", "").removeprefix("Bearer ") or None

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The model stands in the URL, the picture in the response's input."""
        response = body["response"]
        shown = [n for n, one in enumerate(response["input"]) if _pictures(one)]
        before, asked = response["input"][: shown[-1]], response["input"][shown[-1]]
        rest = response["input"][shown[-1] + 1 :]
        *others, base64 = _pictures(asked)
        text = asked["content"][-1]
        calls = [one for one in rest if one["type"] == "function_call"]
        results = [one for one in rest if one["type"] == "function_call_output"]
        assert [one["call_id"] for one in calls] == [one["call_id"] for one in results]
        (model,) = parse_qs(urlsplit(path).query)["model"]
        return Read(
            model,
            response["instructions"],
            text["text"],
            base64,
            tuple(one["name"] for one in response.get("tools", ())),
            tuple((one["name"], json.loads(one["arguments"])) for one in calls),
            tuple(one["output"] for one in results),
            response.get("tool_choice") == "none",
            tuple(
                exchange(_pictures(user), user["content"][-1]["text"], answer["content"][0]["text"])
                for user, answer in zip(before[::2], before[1::2], strict=True)
            ),
            tuple(others),
        )

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """Of the response, or of the picture."""
        response = body["response"]
        return field in response or field in response["input"][0]["content"][0]

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """A response, and a part of it."""
        part = {"type": "text", "text": ""}
        return [
            _event("response.created", response=_response("in_progress")),
            _event("response.content_part.added", **_IDS, part=part),
        ]

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A delta; there are no log-probabilities of answers."""
        return _event("response.output_text.delta", **_IDS, delta=text)

    def call(
        self, place: int, name: str, arguments: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """An item of its own, its arguments in pieces and then whole."""
        text = json.dumps(arguments)
        item = {
            "id": f"item_f{place}", "object": "realtime.item", "type": "function_call",
            "status": "in_progress", "name": name, "call_id": f"call_{place}", "arguments": "",
        }  # fmt: skip
        ids = {"response_id": "resp_1", "output_index": place + 1}
        piece = {**ids, "item_id": item["id"], "call_id": item["call_id"]}
        whole = {**item, "status": "completed", "arguments": text}
        return [
            _event("response.output_item.added", **ids, item=item),
            _event("response.function_call_arguments.delta", **piece, delta=text),
            _event("response.function_call_arguments.done", **piece, name=name, arguments=text),
            _event("response.output_item.done", **ids, item=whole),
        ]

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """The whole response, with what it cost."""
        status, reason = _DONE[finish]
        usage = {
            "total_tokens": INPUT_TOKENS + words,
            "input_tokens": INPUT_TOKENS,
            "output_tokens": words,
            "input_token_details": {"cached_tokens": CACHED_TOKENS, "image_tokens": VISUAL_TOKENS},
        }
        response = _response(status, reason)
        return [_event("response.done", response={**response, "usage": usage})]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A message."""
        return json.dumps(event).encode()

    def last(self) -> bytes:
        """Nothing: the socket stays."""
        return b""

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """An event of its own."""
        kind = "invalid_request_error" if status < 500 else "server_error"
        error = {"type": kind, "code": None, "message": message, "param": None, "event_id": None}
        return _event("error", error=error)


def _pictures(item: Mapping[str, Any]) -> list[str]:
    if item["type"] != "message" or item["role"] != "user":
        return []
    urls = [one["image_url"] for one in item["content"] if one["type"] == "input_image"]
    return [url.removeprefix("data:image/jpeg;base64,") for url in urls]


def _event(kind: str, **fields: object) -> dict[str, Any]:
    return {"type": kind, "event_id": "event_1", **fields}


def _response(status: str, reason: str | None = None) -> dict[str, Any]:
    details = {"type": status, "reason": reason} if reason else None
    return {
        "id": "resp_1", "object": "realtime.response", "status": status,
        "status_details": details, "output": [], "metadata": None,
    }  # fmt: skip


REALTIME = RealtimeWire()
