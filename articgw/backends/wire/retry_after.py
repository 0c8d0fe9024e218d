"""When a server wants to be asked again: RFC 9110 section 10.2.3, and OpenAI's milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite

MAX_S = 3600.0


def retry_after_s(headers: Mapping[str, str], *, wall_now: float) -> float | None:
    """Seconds from ``wall_now`` (s since 1970), 0 to an hour; None where the server does not say.

    ``headers`` are looked up as they are spelt in the RFC; give a case-insensitive mapping.
    """
    exact_ms = _number(headers.get("Retry-After-Ms", ""))
    if exact_ms is not None:
        return _bounded(exact_ms / 1000)
    said = headers.get("Retry-After", "")
    seconds = _number(said)
    if seconds is not None:
        return _bounded(seconds)
    try:
        return _bounded(parsedate_to_datetime(said).timestamp() - wall_now)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _bounded(seconds: float) -> float:
    return min(MAX_S, max(0.0, seconds))
