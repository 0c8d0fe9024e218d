"""What this server lets us ask for: learned once from its refusals, and remembered.

Servers differ in the optional fields that they take, and refuse a request that has one too many
with 400 or 422 and the field's name. That field is left out from then on. Nothing else is ever
dropped: a request that is refused for another reason is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from articgw.backends.openai_chat.complaint import Complaint
from articgw.backends.openai_chat.instructions import RESPONSE_FORMAT, EvidenceBy

MAX_TOKENS = 1000
"""Of an answer, its trailer included."""
_MENTIONED_AS = {
    "max_completion_tokens": r"\bmax_completion_tokens\b",
    "max_tokens": r"\bmax_tokens\b",
    "stream_options": r"\b(?:stream_options|include_usage)\b",
    "response_format": r"\b(?:response_format|json_schema)\b|structured.outputs?",
    "logprobs": r"\blogprobs\b",
    "temperature": r"\btemperature\b",
    "detail": r"image_url\W{1,6}detail\b|['\"`]detail['\"`]",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What one request asks for besides the model, the picture and the question."""

    fields: Mapping[str, object]
    """Optional fields of the request, with their values."""
    detail: bool
    """Say that the picture is to be looked at closely."""
    by: EvidenceBy
    """How readability and regions are asked for."""

    def has(self, name: str) -> bool:
        """True where the request carries that field."""
        return self.detail if name == "detail" else name in self.fields


class Features:
    """Of one server and model."""

    def __init__(self, by: EvidenceBy = "trailer", *, max_tokens: int = MAX_TOKENS) -> None:
        self._by = by
        self._max_tokens = max_tokens
        self._refused: set[str] = set()

    def asking(self) -> Asking:
        """What to ask for now."""
        wanted: dict[str, object] = {
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "max_completion_tokens": self._max_tokens,
        }
        if "max_completion_tokens" in self._refused:
            wanted["max_tokens"] = self._max_tokens
        by = self._by
        if by == "schema" and "response_format" in self._refused:
            by = "trailer"
        if by == "schema":
            wanted["response_format"] = RESPONSE_FORMAT
        if by == "none":
            wanted["logprobs"] = True
        fields = {name: value for name, value in wanted.items() if name not in self._refused}
        return Asking(fields, "detail" not in self._refused, by)

    def learn(self, complaint: Complaint, sent: Asking) -> bool:
        """True where the complaint names a field that ``sent`` carried: ask again without it."""
        name = _named(complaint, sent)
        if name is None:
            return False
        self._refused.add(name)
        return True


def _named(complaint: Complaint, sent: Asking) -> str | None:
    first = re.split(r"[.\[]", complaint.param)[0]
    if first in _MENTIONED_AS and sent.has(first):
        return first
    found = [
        (match.start(), name)
        for name, pattern in _MENTIONED_AS.items()
        if sent.has(name) and (match := re.search(pattern, complaint.text))
    ]
    return min(found)[1] if found else None
