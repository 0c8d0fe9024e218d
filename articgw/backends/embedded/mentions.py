"""Text that a question quotes: in quotes, in capitals, or after "that says".

It is lifted out before anything else is understood, so that a sign that says "LEFT TURN" or "RED"
is never taken for a place or a colour.
"""

from __future__ import annotations

import re

from articgw.backends.embedded import words

_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]+)[\"“”«»„]|(?<!\w)[‘'`]([^‘’'`]+)[’'`](?!\w)")
_CAPS = re.compile(r"\b(?:[A-Z0-9&-]*[A-Z]{2,}[A-Z0-9&-]*)(?:\s+[A-Z0-9&-]*[A-Z0-9]{1,}\b)*")
_SAYS = re.compile(
    r"\b(?:says|say|saying|reads|reading|read|labelled|labeled|marked|text|word|words|number|named"
    r"|titled|called|containing|written)\s+([$€£#+]?[A-Z0-9][\w&.:,%€-]*(?:\s+[$€£A-Z0-9][\w&.:,%€-]*)*)"
)
_LOWER_SAYS = re.compile(
    r"\b(?:that|which) (?:says|reads)\s+(?!on\b|in\b|something\b|what\b)(\w[\w ]*?)"
    r"(?=\s*(?:$|[?,.!]|\bis\b|\bare\b|\b(?:on|in|at|to) the\b"
    rf"|\b(?:{'|'.join(words.COLOURS)})\s*\?))"
)
_NOT_MENTIONS = {"TV", "OK", "LED", "LCD", "PC", "USB", "ID", "OCR", "URL", "AM", "PM", "I", "A"}


def lift_mentions(question: str) -> tuple[str, tuple[str, ...]]:
    """Replace quoted or shouted text by markers, so that it is never taken for our words."""
    found: list[str] = []

    def lift(text: str) -> str:
        found.append(text.strip(" ?.!,"))
        return f" mention{len(found) - 1} "

    out = _QUOTED.sub(lambda m: lift(m.group(1) or m.group(2)), question)
    if not out.isupper():
        out = _CAPS.sub(
            lambda m: m.group(0) if m.group(0) in _NOT_MENTIONS else lift(m.group(0)), out
        )
        out = _SAYS.sub(lambda m: m.group(0)[: m.start(1) - m.start(0)] + lift(m.group(1)), out)
        out = _LOWER_SAYS.sub(
            lambda m: (
                m.group(0)
                if m.group(1).startswith("mention")
                else m.group(0)[: m.start(1) - m.start(0)] + lift(m.group(1))
            ),
            out,
        )
    return out, tuple(found)
