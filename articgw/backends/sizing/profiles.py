"""Which models count tokens how, and on what grid they see: data, first match wins.

Known in November 2026 from vendors' guides; the Qwen rows equal what vLLM reported. A model that
nobody has told us of has a grid of 2 px, which JPEG wants anyway, and an unknown price.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from articgw.backends.sizing.tokens import Tokens, fixed, gemini_tiles, patches, tiles


@dataclass(frozen=True, slots=True)
class Profile:
    """How a family of models sees."""

    name: str
    model: str
    """Pattern of the names that it is for."""
    grid_px: int
    """Sides that are multiples of it are seen as they are sent."""
    details: Mapping[str, Tokens] = field(default_factory=dict)
    """What a picture costs at each level of detail, least first; one level has no name."""
    longest_px: int | None = None
    """Larger is made smaller there, unseen."""
    always: bool = False
    """Details alone set the price, whatever the size."""


_QWEN25 = patches(28, resized=True)
_QWEN3 = patches(32, resized=True)

PROFILES: tuple[Profile, ...] = (
    Profile("qwen2.5-vl", r"qwen[-_ ]?2(?:[._-]?5)?[-_ ]?vl", 28, {"": _QWEN25}),
    Profile("qwen3-vl", r"qwen.*vl|qwen[-_ ]?3[._-]?5", 32, {"": _QWEN3}),
    Profile("gemini-3", r"gemini-?[3-9]", 2,
            {"low": fixed(280), "medium": fixed(560), "high": fixed(1120),
             "ultra_high": fixed(2240)}, always=True),
    Profile("gemini-2", r"gemini", 2, {"": gemini_tiles}),
    Profile("gpt-tiles-4o-mini", r"gpt-4o-mini", 2, {"low": fixed(2833),
            "high": tiles(2833, 5667)}, 2048),
    Profile("gpt-mini-4.1", r"gpt-4\.1-mini|gpt-5(?:\.4)?-mini", 32,
            {"high": patches(32, times=1.62, budget=1536, longest_px=2048, whole=True)}, 2048),
    Profile("gpt-nano-4.1", r"gpt-4\.1-nano|gpt-5(?:\.4)?-nano", 32,
            {"high": patches(32, times=2.46, budget=1536, longest_px=2048, whole=True)}, 2048),
    Profile("o4-mini", r"o4-mini", 32,
            {"high": patches(32, times=1.72, budget=1536, longest_px=2048, whole=True)}, 2048),
    Profile("gpt-tiles-4", r"gpt-4o|gpt-4\.1|gpt-4\.5", 2,
            {"low": fixed(85), "high": tiles(85, 170)}, 2048),
    Profile("o-tiles", r"\bo[13]\b", 2, {"low": fixed(75), "high": tiles(75, 150)}, 2048),
    Profile("gpt-patches", r"gpt-5\.[2-9]|gpt-[6-9]", 32,
            {"high": patches(32, budget=2500, longest_px=2048, whole=True)}, 2048),
    Profile("gpt-tiles-5", r"gpt-5", 2, {"low": fixed(70), "high": tiles(70, 140)}, 2048),
    Profile("claude-4.6", r"claude.*(?:-3|-4(?:[.-][0-6])?(?!\d|[.-]\d))", 28,
            {"": patches(28, budget=1568, longest_px=1568)}, 1568),
    Profile("claude", r"claude", 28, {"": patches(28, budget=4784, longest_px=2576)}, 2576),
)  # fmt: skip
UNKNOWN = Profile("unknown", "", 2)


def profile_of(model: str) -> Profile:
    """By the model's name; `UNKNOWN` where it does not tell."""
    for profile in PROFILES:
        if re.search(profile.model, model, re.IGNORECASE):
            return profile
    return UNKNOWN
