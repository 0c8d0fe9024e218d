"""Generate: questions that a model makes up about a pair of pictures, and what is wrong with them.

The model is shown original and degraded side by side and asked for questions whose answer can be
seen on the left and not on the right. It answers in JSON; what is not, or says too little, is
rejected with its reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from devibench.build.ledger import Decision

TASK_TYPES = (
    "Text-Rich Understanding",
    "Action Perception",
    "Attribute Perception",
    "Counting",
    "Object Perception",
    "Spatial Understanding",
)
PER_SEGMENT = 10
"""DeViBench's."""
PROMPT = """The picture shows one moment of a video twice. The left half is the original, the \
right half the same moment at a very low bitrate.

Write {count} questions about the scene. Each must be answerable with certainty from the left half \
alone, and must not be answerable from the right half, because the detail it needs has been lost \
there. Ask for details that people would want to know: text on signs and labels, numbers, \
colours, counts, small objects, places. Do not mention the halves, the quality or the bitrate in a \
question. An answer is a word or a few, and there is only one right answer.

Answer with JSON only, a list of {count} objects:
[{{"question": "...", "answer": "...", "task_type": "one of: {types}", \
"frames": "Single or Multi"}}]"""
GIVEAWAYS = re.compile(
    r"\b(left|right) (half|side of the (image|picture))\b|\bbitrate\b|\bdegraded\b|\boriginal\b"
    r"|\bblurr?(y|ed)\b|\blow[- ]quality\b",
    re.IGNORECASE,
)
LONGEST = 400
NOT_JSON = "the generator's reply is not a JSON list"
_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


def prompt(count: int) -> str:
    """What the generator is asked."""
    return PROMPT.format(count=count, types=", ".join(TASK_TYPES))


def candidates(segment: str, reply: str) -> Iterator[Decision]:
    """One decision per question in the reply; a single rejected one where there is none."""
    listed = _listed(reply)
    if listed is None:
        yield Decision(f"{segment}#00", NOT_JSON, {"reply": reply})
        return
    if not listed:
        yield Decision(f"{segment}#00", "the generator found no question")
    seen: set[str] = set()
    for number, entry in enumerate(listed, 1):
        key = f"{segment}#{number:02}"
        found = {name: _text(entry, name) for name in ("question", "answer", "task_type", "frames")}
        reason = _wrong(found, seen)
        seen.add(found["question"].casefold())
        if not reason:
            found["task_type"] = _spelt(found["task_type"])
            found["frames"] = "Multi" if found["frames"].lower().startswith("multi") else "Single"
        yield Decision(key, reason, found | {"segment": segment})


def _wrong(found: dict[str, str], seen: set[str]) -> str:
    if not found["question"] or not found["answer"]:
        return "no question or no answer"
    if max(len(found["question"]), len(found["answer"])) > LONGEST:
        return "too long"
    if found["question"].casefold() in seen:
        return "asked twice"
    if GIVEAWAYS.search(found["question"]):
        return "speaks of the degradation"
    if not _spelt(found["task_type"]):
        return "unknown task type"
    return ""


def _spelt(task_type: str) -> str:
    return next((name for name in TASK_TYPES if name.casefold() == task_type.casefold()), "")


def _text(entry: Any, name: str) -> str:
    value = entry.get(name) if isinstance(entry, dict) else None
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _listed(reply: str) -> list[Any] | None:
    fenced = _FENCE.search(reply)
    text = fenced[1] if fenced else reply
    start, end = text.find("["), text.rfind("]")
    try:
        found = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (json.JSONDecodeError, RecursionError):
        return None
    return found if isinstance(found, list) else None
