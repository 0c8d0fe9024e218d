"""What a server says is wrong, out of the shapes that servers say it in:

{"error": {"message", "type", "param", "code"}}      OpenAI, vLLM, llama.cpp, OpenRouter
{"error": "…"}                                       Ollama
{"object": "error", "message", "type", "code"}       vLLM, older
{"error": {"code", "message", "status", "details": [{"reason"}, {"retryDelay"}]}}   Google
{"detail": "…"} or {"detail": [{"loc", "msg"}]}      anything made with FastAPI
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_TEXT_CHARS = 4000
MAX_NESTING = 4


@dataclass(frozen=True, slots=True)
class Complaint:
    """Empty strings where the server does not say."""

    text: str = ""
    """For people; not to be shown before `scrub.scrubbed`."""
    code: str = ""
    """A status in digits, or a word."""
    kind: str = ""
    param: str = ""
    """The field of the request that it is about."""
    retry_after_s: float | None = None
    """Where the body says it instead of a header."""

    @property
    def status(self) -> int | None:
        """The HTTP status that ``code`` is, where it is one."""
        return int(self.code) if len(self.code) == 3 and self.code.isdecimal() else None


def complaint_in(body: bytes) -> Complaint:
    """From the body of a response that is not 200; its beginning where it is no JSON."""
    text = body.decode("utf-8", "replace")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return Complaint(text[:MAX_TEXT_CHARS])
    return complaint_of(said)


def complaint_of(said: Any) -> Complaint:
    """From a decoded body, or from the ``error`` of a stream."""
    for _ in range(MAX_NESTING):
        if isinstance(said, list) and said:
            said = said[0]
        elif isinstance(said, dict) and said.get("error"):
            said = said["error"]
    if isinstance(said, str):
        return Complaint(said[:MAX_TEXT_CHARS])
    if not isinstance(said, dict):
        return Complaint()
    if isinstance(said.get("detail"), list):
        return _of_fastapi(said["detail"])
    message = said.get("message") or said.get("detail") or said.get("msg") or ""
    if not isinstance(message, str):
        message = json.dumps(message)
    return Complaint(
        message[:MAX_TEXT_CHARS],
        _detail(said, "reason") or _word(said.get("code")),
        _word(said.get("type")) or _word(said.get("status")),
        _word(said.get("param")),
        _seconds(_detail(said, "retryDelay")),
    )


def _of_fastapi(faults: list[Any]) -> Complaint:
    first = faults[0] if faults and isinstance(faults[0], dict) else {}
    place = first.get("loc")
    names = [one for one in place if isinstance(one, str)] if isinstance(place, list) else []
    param = ".".join(names[1:] if names[:1] == ["body"] else names)
    return Complaint(f"{param}: {first.get('msg', '')}"[:MAX_TEXT_CHARS], param=param)


def _word(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:100]


def _detail(said: dict[str, Any], name: str) -> str:
    """What one of Google's details says under that name."""
    details = said.get("details")
    for one in details if isinstance(details, list) else []:
        if isinstance(one, dict) and name in one:
            return _word(one[name])
    return ""


def _seconds(duration: str) -> float | None:
    """Out of protobuf's JSON form: "30s"."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,9})?)s", duration)
    return float(found[1]) if found else None
