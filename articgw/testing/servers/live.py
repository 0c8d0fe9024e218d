"""Gemini's Live API, as a server speaks it: a session per socket, several messages per question."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from articgw.testing.servers.wire import CACHED_TOKENS, INPUT_TOKENS, Finish, Read, Wire

VISUAL_TOKENS = 256
_NAME = re.compile("_([a-z])")
_SERVICE = "google.ai.generativelanguage.{version}.GenerativeService.BidiGenerateContent"


class LiveWire(Wire):
    """Google's."""

    family = "gemini-live"
    base = ""
    listing = "/v1/models"
    route = f"/ws/{_SERVICE}"
    is_socket = True
    close_code = 1007
    content_type = ""

    def merged(self, said: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
        """The set-up, the last frame, the last question, what was said before."""
        body = _camel(body)
        realtime = body.get("realtimeInput", {})
        text = {"text": realtime.get("text")}
        return {**said, **body, **realtime, **text}

    def replies_to(self, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """The set-up is complete, and the session can be resumed."""
        if "setup" not in body or _camel(body).keys() & {"realtimeInput", "clientContent"}:
            return ()
        update = {"newHandle": "handle-1", "resumable": True}
        return [{"setupComplete": {}}, {"sessionResumptionUpdate": update}]

    def is_question(self, body: Mapping[str, Any]) -> bool:
        """A text of the person's."""
        return bool(body.get("text"))

    def key_in(self, headers: Mapping[str, str]) -> str | None:
        """In a header of its own."""
        return headers.get("x-goog-api-key")

    def read(self, body: Mapping[str, Any], path: str) -> Read:
        """The set-up names the model."""
        setup = body["setup"]
        system = setup["systemInstruction"]["parts"][0]["text"]
        model = setup["model"].removeprefix("models/")
        base64 = body["video"]["data"].translate(str.maketrans("-_", "+/"))
        return Read(model, system, body["text"], base64)

    def has(self, body: Mapping[str, Any], field: str) -> bool:
        """In the set-up, or in what it says of generation."""
        setup = body["setup"]
        if field == "responseModalities":
            return bool(setup["generationConfig"][field] == ["TEXT"])
        return field in setup or field in setup["generationConfig"]

    def beginning(self) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        return []

    def word(self, text: str, logprob: float | None = None) -> Mapping[str, Any]:
        """A part of the model's turn."""
        return {"serverContent": {"modelTurn": {"parts": [{"text": text}], "role": "model"}}}

    def ending(self, finish: Finish, words: int) -> Sequence[Mapping[str, Any]]:
        """Generation is complete, then the turn."""
        usage = {
            "promptTokenCount": INPUT_TOKENS,
            "responseTokenCount": words,
            "totalTokenCount": INPUT_TOKENS + words,
            "cachedContentTokenCount": CACHED_TOKENS,
            "promptTokensDetails": [{"modality": "VIDEO", "tokenCount": VISUAL_TOKENS}],
        }
        return [
            {"serverContent": {"generationComplete": True}},
            {"serverContent": {"turnComplete": True}, "usageMetadata": usage},
        ]

    def framed(self, event: Mapping[str, Any]) -> bytes:
        """A message."""
        return json.dumps(event).encode()

    def last(self) -> bytes:
        """Nothing: the socket stays."""
        return b""

    def complaint(self, status: int, message: str) -> Mapping[str, Any]:
        """As the other services of theirs say it."""
        return {"error": {"code": status, "message": message, "status": "INTERNAL"}}


def _camel(body: Any) -> Any:
    """With names as Google writes them; its own client says ``realtime_input`` as well, which is
    the same in JSON of protocol buffers."""
    if not isinstance(body, Mapping):
        return body
    return {_NAME.sub(lambda m: m[1].upper(), key): _camel(value) for key, value in body.items()}


LIVE = LiveWire()
