"""The goals of the issue, in its order: what is wanted of each figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from tests.bench._common import Goal

WANTED: dict[str, tuple[float, Literal["higher", "lower"]]] = {
    "given_50k": (0.97, "higher"),
    "given_25k": (0.9, "higher"),
    "text_100k": (0.95, "higher"),
    "text_50k": (0.92, "higher"),
    "text_25k": (0.8, "higher"),
    "rate_vs_uniform": (0.125, "lower"),
    "rate_vs_best_uniform": (0.4, "lower"),
    "rate_vs_published": (0.2, "lower"),
    "browser_rate_vs_default": (0.1, "lower"),
    "browser_rate_vs_maintain": (0.4, "lower"),
    "age_p95_ms": (500, "lower"),
    "rest_recall_100k": (0.5, "higher"),
    "over_cap_1s": (0.1, "lower"),
    "loss20_windows": (0.99, "higher"),
    "page_frame_p50_ms": (8, "lower"),
    "live_right_with": (0.8, "higher"),
}


def goal(name: str, value: float | None) -> Goal:
    """That goal with its value. Raises ``KeyError`` for a name that is none."""
    return Goal(name, value, *WANTED[name])


def completed(goals: Iterable[Goal]) -> list[Goal]:
    """All goals in order; one that nobody measured has no value, and is missed."""
    known = {one.name: one for one in goals}
    return [known.get(name) or goal(name, None) for name in WANTED]
