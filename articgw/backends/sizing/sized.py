"""The size in which a frame is sent: one resize, to where the model looks at it as it is.

Sides are multiples of the model's grid, so that it neither pads nor scales again: nothing is paid
for that cannot be seen, and boxes in pixels mean the pixels that were sent. The shape may change by
half a grid step; boxes are fractions, so they do not care.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from articgw.backends.sizing.profiles import Profile
from articgw.backends.sizing.tokens import Size

PX_PER_TOKEN = 28 * 28
"""What a token is worth looking at, where levels of detail have no size of their own."""
ENOUGH = 0.8
"""A level with that share of the tokens that the size is worth will do."""


@dataclass(frozen=True, slots=True)
class Sized:
    """What is sent of a frame."""

    size_px: Size
    detail: str
    """Level to ask for; empty where the model has none."""
    tokens: int | None
    """Expected; None where nothing is known of the model."""
    why: str
    """whole, limit (longest side), budget (tokens)."""


def sized(
    size_px: Size, profile: Profile, *, longest_px: int, budget_tokens: int | None = None
) -> Sized:
    """For a frame of ``size_px``: never enlarged by more than half a step of the grid.

    A ``budget_tokens`` that not even one step of the grid meets is exceeded.
    """
    limit_px = min(longest_px, profile.longest_px or longest_px)
    shrink = min(1.0, limit_px / max(size_px))
    why = "limit" if shrink < 1.0 else "whole"
    sent_px = _on_grid(size_px, shrink, profile.grid_px, limit_px)
    detail, tokens = _level(sent_px, profile, budget_tokens)
    while tokens is not None and budget_tokens is not None and tokens > budget_tokens:
        smaller = shrink * min(0.95, sqrt(budget_tokens / tokens))
        smaller_px = _on_grid(size_px, smaller, profile.grid_px, limit_px)
        if profile.always or max(smaller_px) <= profile.grid_px:
            break
        shrink, sent_px, why = smaller, smaller_px, "budget"
        detail, tokens = _level(sent_px, profile, budget_tokens)
    return Sized(sent_px, detail, tokens, why)


def _on_grid(size_px: Size, shrink: float, grid_px: int, limit_px: int) -> Size:
    if shrink == 1.0 and grid_px == 2:
        return size_px
    most = max(1, limit_px // grid_px)
    across, down = (
        min(most, max(1, round(side_px * shrink / grid_px))) * grid_px for side_px in size_px
    )
    return across, down


def _level(size_px: Size, profile: Profile, budget_tokens: int | None) -> tuple[str, int | None]:
    """The least level that is worth the size; the dearest within the budget where none is."""
    priced: list[tuple[str, int]] = [
        (name, tokens(size_px)) for name, tokens in profile.details.items()
    ]
    if not priced:
        return "", None
    if not profile.always:
        name, tokens = priced[-1]
        if budget_tokens is not None and tokens > budget_tokens >= priced[0][1]:
            return priced[0]
        return name, tokens
    affordable = [one for one in priced if budget_tokens is None or one[1] <= budget_tokens]
    worth = ENOUGH * size_px[0] * size_px[1] / PX_PER_TOKEN
    return next((one for one in affordable if one[1] >= worth), (affordable or priced[:1])[-1])
