"""The messages of Gemini's Live API: set-up, a frame, a question, what was said before.

The context is compressed by a sliding window (without it a session with pictures ends after two
minutes) and can be resumed. All of the video is in the turn, not only what came while somebody
spoke. Models that only speak refuse text; they are heard by their transcript, and asked for nothing
behind the answer, because they would say it aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from articgw.backends.behind.boxes import Convention
from articgw.backends.behind.instructions import EvidenceBy, system_prompt
from articgw.backends.pictures.picture import Picture
from articgw.backends.wire.features import Asking, Menu, Wish

PATH = "ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent"


def wanted(wish: Wish) -> dict[str, object]:
    """Optional fields of the set-up."""
    return {
        "responseModalities": ["TEXT"],
        "mediaResolution": "MEDIA_RESOLUTION_MEDIUM",
        "maxOutputTokens": wish.max_tokens,
        "contextWindowCompression": {"slidingWindow": {}},
        "sessionResumption": {},
    }


MENU = Menu(
    wanted,
    mentioned_as={
        "responseModalities": r"(?i:modalit(?:y|ies))",
        "mediaResolution": r"(?i:media.?resolution)",
        "maxOutputTokens": r"max_?[oO]utput_?[tT]okens",
        "contextWindowCompression": r"(?i:context.?window.?compression)",
        "sessionResumption": r"(?i:session.?resumption)",
    },
    schema="",
)
_GENERATION = ("responseModalities", "mediaResolution", "maxOutputTokens")


def evidence_of(asking: Asking) -> EvidenceBy:
    """How readability and regions are asked for."""
    return asking.by if asking.has("responseModalities") else "none"


def setup(model: str, convention: Convention, asking: Asking, handle: str | None) -> bytes:
    """The first message; ``handle`` is of the session that goes on."""
    generation = {name: asking.fields[name] for name in _GENERATION if asking.has(name)}
    told: dict[str, Any] = {
        "model": f"models/{model.removeprefix('models/')}",
        "generationConfig": {"responseModalities": ["AUDIO"], **generation},
        "systemInstruction": {"parts": [{"text": system_prompt(evidence_of(asking), convention)}]},
        "realtimeInputConfig": {"turnCoverage": "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"},
    }
    if not asking.has("responseModalities"):
        told["outputAudioTranscription"] = {}
    if asking.has("contextWindowCompression"):
        told["contextWindowCompression"] = asking.fields["contextWindowCompression"]
    if asking.has("sessionResumption"):
        told["sessionResumption"] = {"handle": handle} if handle else {}
    return msgspec.json.encode({"setup": told})


def frame(picture: Picture) -> bytes:
    """The frame; its base64 needs no escapes."""
    return b"".join(
        (
            b'{"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"',
            picture.base64,
            b'"}}}',
        )
    )


def question(text: str) -> bytes:
    """The question."""
    return msgspec.json.encode({"realtimeInput": {"text": text}})


def history(turns: Sequence[tuple[str, str]]) -> bytes:
    """Questions and answers of a session that could not be resumed."""
    told = [
        {"role": role, "parts": [{"text": text}]}
        for turn in turns
        for role, text in zip(("user", "model"), turn, strict=True)
    ]
    return msgspec.json.encode({"clientContent": {"turns": told, "turnComplete": False}})
