"""A server's own words made fit to be shown: servers repeat what they were sent.

Validation errors echo the request (the picture, the question), authentication errors echo the key.
So what we know to be private is cut out, then whatever looks like a key or a picture, and the rest
is shortened.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from urllib.parse import quote

MAX_CHARS = 160
MIN_SECRET_CHARS = 6
"""Shorter ones are words like "none" or "EMPTY", which servers without keys are given."""
RUN_CHARS = 10
"""So much in a row in common with a secret is no accident."""
CUT = "…"
_PRIVATE = re.compile(
    r"data:[^\s\"']+"
    r"|\bbearer\s+\S+"
    r"|\b(?:sk|pk|key)-[\w*.-]{3,}"
    r"|[A-Za-z0-9+/=*]{40,}",
    re.IGNORECASE,
)


def scrubbed(text: str, secrets: Sequence[str], max_chars: int = MAX_CHARS) -> str:
    """``text`` on one line, without ``secrets``, keys and pictures."""
    for secret in secrets:
        for spelt in {
            secret,
            quote(secret, safe=""),
            html.escape(secret),
            json.dumps(secret)[1:-1],
        }:
            text = without_runs(text, spelt)
    text = _PRIVATE.sub(CUT, text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= max_chars else text[: max_chars - 1].rstrip() + CUT


def without_runs(text: str, secret: str) -> str:
    """``text`` without what it has in common with ``secret``, `RUN_CHARS` in a row or more.

    Servers shorten what they repeat, and change its case.
    """
    if len(secret) < MIN_SECRET_CHARS:
        return text
    size = min(RUN_CHARS, len(secret))
    runs = {secret[at : at + size].casefold() for at in range(len(secret) - size + 1)}
    kept, at, reach = [], 0, 0
    for at in range(len(text)):
        if text[at : at + size].casefold() in runs:
            if at >= reach:
                kept.append(CUT)
            reach = at + size
        if at >= reach:
            kept.append(text[at])
    return "".join(kept)
