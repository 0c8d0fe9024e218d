"""What a picture costs in tokens, by its size: each family's documented rule.

Rules are priors: vendors change them, and servers of open models limit pixels by settings of their
own. What was really spent comes back as `Usage`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, sqrt

Size = tuple[int, int]
"""Width, height in px."""
Tokens = Callable[[Size], int]


def patches(
    side_px: int, *, times: float = 1.0, extra: int = 0, budget: int | None = None,
    longest_px: int | None = None, resized: bool = False, whole: bool = False,
) -> Tokens:  # fmt: skip
    """One token per patch of ``side_px``, ``times`` a factor, plus ``extra``.

    A picture above ``longest_px`` or ``budget`` patches is made smaller first. Where the model
    resizes to whole patches (``resized``) sides are rounded, else begun patches count; ``whole`` is
    OpenAI's way of shrinking, until one side has no begun patch (Qwen2-VL's smart_resize; OpenAI's
    and Anthropic's guides to images).
    """

    def tokens(size_px: Size) -> int:
        across_px, down_px = _within(size_px, longest_px)
        if budget is not None:
            across, down = across_px / side_px, down_px / side_px
            if ceil(across) * ceil(down) > budget:
                shrink = sqrt(budget / (across * down))
                if whole:
                    sides = (across * shrink, down * shrink)
                    shrink *= min(floor(side) / side if side >= 1 else 1.0 for side in sides)
                across, down = across * shrink, down * shrink
            count = min(budget, ceil(round(across, 6)) * ceil(round(down, 6)))
            return ceil(count * times) + extra
        count_of = round if resized else ceil
        count = max(1, count_of(across_px / side_px)) * max(1, count_of(down_px / side_px))
        return ceil(count * times) + extra

    return tokens


def tiles(base: int, each: int) -> Tokens:
    """``base`` plus ``each`` per tile of 512 px, after fitting into 2048 px and bringing the short
    side down to 768 px (OpenAI's guide to images, models before GPT-5.4)."""

    def tokens(size_px: Size) -> int:
        across_px, down_px = _within(size_px, 2048)
        shrink = min(1.0, 768 / min(across_px, down_px))
        across, down = (ceil(round(side * shrink, 6) / 512) for side in (across_px, down_px))
        return base + each * across * down

    return tokens


def fixed(count: int) -> Tokens:
    """The same for every size (Gemini 3, by its media resolution)."""
    return lambda _size_px: count


def gemini_tiles(size_px: Size) -> int:
    """Gemini 2: 258 up to 384 px a side, else 258 per tile of
    floor(short side / 1.5) px, at least 256 and at most 768 (Google's guide to tokens)."""
    if max(size_px) <= 384:
        return 258
    unit_px = min(768, max(256, floor(min(size_px) / 1.5)))
    return 258 * ceil(size_px[0] / unit_px) * ceil(size_px[1] / unit_px)


def _within(size_px: Size, longest_px: int | None) -> tuple[float, float]:
    shrink = 1.0 if longest_px is None else min(1.0, longest_px / max(size_px))
    return size_px[0] * shrink, size_px[1] * shrink
