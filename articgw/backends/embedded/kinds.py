"""What sort of text a question wants, and whether a text is of that sort.

A sort narrows down which sign is meant ("the price" is on the tag, not on the door) and, on a sign
that says more, which part is the answer.
"""

from __future__ import annotations

import re

_PATTERNS = {
    "price": r"(?:[$€£¥]\s?\d+(?:[.,]\d+)?|\d+[.,]\d{2}\s?(?:[$€£¥]|eur|usd)?"
    r"|\d+(?:[.,]\d+)?\s?(?:[$€£¥]|eur\b|usd\b|euros?\b|dollars?\b|cents?\b|ct\b))",
    "time": r"\b\d{1,2}\s?[:.h]\s?\d{2}(?:\s?[-–]\s?\d{1,2}[:.h]\d{2})?\s?(?:[ap]\.?m\.?)?"
    r"|\b\d{1,2}\s?[ap]\.?m\b",
    "date": r"\b\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep"
    r"|oct|nov|dec)[a-z]*\.?\s*\d{0,4}|\b\d{1,2}\s?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec)[a-z]*",
    "year": r"\b(?:1[5-9]|20)\d\d\b",
    "phone": r"\+?\(?\d[\d\s()/.-]{5,}\d",
    "percent": r"\d+(?:[.,]\d+)?\s?%",
    "score": r"\b\d+\s?[-:–]\s?\d+\b",
    "plate": r"\b(?=[A-Z0-9 -]*\d)(?=[A-Z0-9 -]*[A-Z])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{1,4}"
    r"(?:[ -]?[A-Z0-9]{1,4})?\b",
    "code": r"\b(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:[ -][A-Z0-9]*\d[A-Z0-9]*)*\b",
    "web": r"\b(?:www\.)?[\w-]+\.(?:com|org|net|de|uk|io|eu|fr|edu|gov)\b\S*|\S+@\S+",
    "room": r"^(?:(?:room|rm\.?|office|suite|lab)\s*)?[A-Z]{0,2}[ .-]?\d{1,4}[ .-]?\d{0,3}[A-Z]?$",
    "event": r"[^\W\d_]{2,}\W+[^\W\d_]{2,}",
    "number": r"[A-Z]?\d[\d.,:/-]*[A-Z]?\b",
    "letter": r"\b[A-Za-z]\b",
    "word": r"[^\W\d_]{2,}",
}
_COMPILED = {
    kind: re.compile(p, 0 if kind in ("plate", "code") else re.I) for kind, p in _PATTERNS.items()
}

_ASKED = (
    ("room", r"\broom(?: number)?\b(?! temperature)|\boffice number\b|\bdoor (?:plate|number)\b"),
    ("event", r"\b(?:events?|announce[ds]?|announcing|advertis\w+|poster|flyer|leaflet|slogan)\b"),
    ("price", r"\b(?:prices?|cost|costs|how much)\b"),
    ("phone", r"\b(?:(?:tele)?phone|call|hotline|fax)\b.*\bnumber\b|\bnumber\b.*\b(?:to )?call\b"),
    ("plate", r"\blicen[cs]e plate|\bregistration\b|\bnumber ?plate"),
    ("year", r"\b(?:what|which|the) year\b"),
    ("date", r"\b(?:date|what day|which day|what month|which month)\b"),
    ("time", r"\b(?:what time|the time|which time|clock|hours|departure time|arrival time)\b"),
    ("time", r"\bwhen\b"),
    ("percent", r"\b(?:percent|percentage|per cent|discount)\b"),
    ("score", r"\b(?:the|current|final) score\b"),
    ("web", r"\b(?:web ?site|url|e-?mail|web address|domain)\b"),
    ("letter", r"\b(?:what|which|the) letter\b"),
    ("code", r"\bcode\b|\bserial\b|\bmodel number\b|\bflight\b"),
    (
        "number",
        r"\bnumbers?\b(?! of)|\bnumeric|\bdigits?\b|\bvalue\b|\bspeed\b|\btemperature\b|\bweight\b"
        r"|\bdistance\b|\bheight\b|\blimit\b|\bhow (?:far|fast|heavy|tall|high|old)\b"
        r"|\b(?:what|which|the) (?:gate|platform|track|floor|level|seat|aisle|lane|route|bus)"
        r"\b(?! (?:sign|label|plate|say))",
    ),
    (
        "word",
        r"\b(?:what|which|the) words?\b|\bnames?\b|\bbrands?\b|\btitle\b|\bcompany\b|\bcity\b",
    ),
)
_COMPILED_ASKED = tuple((kind, re.compile(p)) for kind, p in _ASKED)


def asked(question: str) -> str | None:
    """The sort of text that a lower-case question wants; None where any text will do."""
    for kind, pattern in _COMPILED_ASKED:
        if pattern.search(question):
            return kind
    return None


def part(text: str, kind: str) -> str | None:
    """The part of a text that is of a sort; None where none is."""
    found = _COMPILED[kind].search(text)
    return found.group(0).strip() if found else None


STRICT = {"price", "time", "date", "year", "phone", "percent", "score", "web", "room"}
"""Sorts that a text either is or is not: where none is, the asked text is not in view."""

_UNLIKE = {
    ("time", "price"): 0.3, ("score", "time"): 0.5, ("number", "price"): 0.6,
    ("number", "time"): 0.6, ("number", "phone"): 0.7, ("code", "price"): 0.4,
    ("code", "time"): 0.4, ("plate", "price"): 0.4, ("room", "price"): 0.2, ("room", "time"): 0.2,
}  # fmt: skip


def fits(text: str, kind: str) -> float:
    """How well a text is of a sort, 0..1."""
    if part(text, kind) is None:
        return 0.1
    if kind in ("word", "event") and sum(c.isdigit() for c in text) > len(text) / 2:
        return 0.3
    for (wanted, other), fit in _UNLIKE.items():
        if wanted == kind and part(text, other):
            if kind == "time" and ":" in text:
                continue
            return fit
    return 1.0
