"""How large a picture may be sent: what gateways decode, what is asked for, never grown."""

from __future__ import annotations

LARGEST_PX = (1920, 1080)
"""Gateways decode no larger pictures (articgw/decoder_guard.py)."""


def decodable(size_px: tuple[int, int]) -> tuple[int, int]:
    """The most that gateways decode of a picture of this shape, lying or standing."""
    width, height = LARGEST_PX
    return (width, height) if size_px[0] >= size_px[1] else (height, width)


def fitted(size_px: tuple[int, int], most_px: tuple[int, int] | None) -> tuple[int, int]:
    """``size_px`` shrunk into ``most_px``, in its own proportions, to even numbers; never grown.

    A ceiling counts lying or standing, as the picture does.
    """
    width, height = size_px
    if most_px is not None and (width < height) != (most_px[0] < most_px[1]):
        most_px = most_px[1], most_px[0]
    scale = 1.0 if most_px is None else min(1.0, most_px[0] / width, most_px[1] / height)
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)
