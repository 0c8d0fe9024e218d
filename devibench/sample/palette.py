"""Colours that have a name people agree on, as RGB, each with an ink that reads on it."""

from __future__ import annotations

RGB = tuple[int, int, int]

INK_DARK: RGB = (18, 18, 22)
INK_LIGHT: RGB = (248, 248, 244)

PLATES: dict[str, RGB] = {
    "red": (190, 24, 30),
    "green": (14, 116, 56),
    "blue": (22, 72, 176),
    "yellow": (248, 210, 24),
    "white": (242, 242, 238),
    "black": (26, 26, 30),
    "orange": (246, 132, 20),
    "purple": (108, 36, 146),
    "pink": (248, 150, 186),
    "brown": (104, 62, 30),
}
_DARK_INK = frozenset({"yellow", "white", "orange", "pink"})

THINGS: dict[str, RGB] = {
    "red": (206, 30, 36),
    "green": (30, 150, 62),
    "blue": (30, 84, 206),
    "yellow": (250, 216, 30),
    "orange": (250, 134, 20),
    "purple": (128, 46, 168),
    "pink": (248, 138, 184),
}


def ink_on(plate: str) -> RGB:
    """The text colour for a plate of that colour."""
    return INK_DARK if plate in _DARK_INK else INK_LIGHT
