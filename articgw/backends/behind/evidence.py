"""What rides behind an answer: could it be read, and where. Read from what a model wrote, so
anything at all may stand there; what makes no sense is left out and never an error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

from articgw.backends.base import LookedAt
from articgw.backends.behind.boxes import Convention, box_in

MAX_REGIONS = 8
MAX_LABEL_CHARS = 80
_BOX_NAMES = ("box", "bbox", "box_2d", "bbox_2d")
"""The first is asked for; the others are what models were trained on."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the look could be read, and what the answer rests on."""

    readability: float | None = None
    """0..1, as the model says."""
    regions: tuple[LookedAt, ...] = ()
    """Most important first."""


def evidence_in(text: str, convention: Convention, size_px: tuple[int, int]) -> Evidence:
    """From the first JSON object in ``text``, about a picture of ``size_px``."""
    start = text.find("{")
    if start < 0:
        return Evidence()
    try:
        said, _end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return Evidence()
    listed = said.get("regions")
    regions = [_region(one, convention, size_px) for one in _some(listed)]
    return Evidence(_share(said.get("readability")), tuple(r for r in regions if r is not None))


def _some(value: Any) -> list[Any]:
    return value[:MAX_REGIONS] if isinstance(value, list) else []


def _region(said: Any, convention: Convention, size_px: tuple[int, int]) -> LookedAt | None:
    if not isinstance(said, dict):
        return None
    values: list[Any] = next(
        (said[name] for name in _BOX_NAMES if isinstance(said.get(name), list)), []
    )
    numbers = [_number(value) for value in values[:5]]
    box = box_in([n for n in numbers if n is not None], convention, size_px)
    return None if box is None else LookedAt(box, _label(said.get("label")))


def _label(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    shown = "".join(c if c.isprintable() else " " for c in value[: 4 * MAX_LABEL_CHARS])
    return " ".join(shown.split())[:MAX_LABEL_CHARS]


def _share(value: Any) -> float | None:
    """0..100 is asked for; a float up to 1 is what some models give instead."""
    number = _number(value)
    if number is None or not 0.0 <= number <= 100.0:
        return None
    is_share = isinstance(value, float) and number <= 1.0
    return number if is_share else number / 100.0


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None
