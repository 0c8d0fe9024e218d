"""What stands on signs: kinds of sign, and short texts for each.

A text is all letters or all digits, or mixes only characters that cannot be taken for one another
(no O beside 0, no I or L beside 1, no S beside 5, no B beside 8, no Z beside 2), so that a wrong
reading is the picture's fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

WORDS = (
    "ALWAYS", "BAKERY", "BOOKS", "CAMERA", "CANTEEN", "CINEMA", "COFFEE", "COOK", "DANGER",
    "FLOWERS", "FRESH", "GARDEN", "HARBOR", "HOT", "KITCHEN", "LIBRARY", "MARKET", "MUSEUM",
    "OFFICE", "ORCHARD", "PARKING", "PHARMACY", "RECEPTION", "SALT", "SILENCE", "STATION", "STUDIO",
    "SUGAR", "TAXI", "TEA", "THEATRE", "TICKETS", "TOILETS", "WORKSHOP",
)  # fmt: skip
EVENTS = (
    "JAZZ NIGHT", "OPEN DAY", "YARD SALE", "BOOK FAIR", "FILM WEEK", "CHESS CUP", "STREET FOOD",
    "DANCE CLASS", "CITY RUN", "SUMMER FAIR",
)  # fmt: skip
BRAND_STARTS = ("VEL", "KOR", "NUM", "TAR", "FEL", "MON", "PER", "LUN", "DAR", "HEX", "RAV", "WEN")
BRAND_ENDS = ("TRA", "MAX", "ETA", "ORA", "WAY", "DEX", "ONE", "FIT", "NET", "RAN", "KEY", "PAL")
CLEAR_LETTERS = "ACEFHKMNPRTWX"
CLEAR_DIGITS = "34679"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text and what else is accepted for it."""

    text: str
    also: tuple[str, ...] = ()
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class SignKind:
    """A kind of sign: its look, and what may stand on it."""

    label: str
    plates: tuple[str, ...]
    fonts: tuple[str, ...]
    corner: float
    """Radius of the corners in capital heights."""
    framed: bool
    post: bool
    draw: Callable[[np.random.Generator], Wording]


def _word(rng: np.random.Generator) -> Wording:
    return Wording(str(rng.choice(WORDS)), is_word=True)


def _price(rng: np.random.Generator) -> Wording:
    price = f"{rng.integers(1, 60)}.{rng.choice([20, 40, 49, 50, 75, 80, 95, 99])}"
    return Wording(f"${price}", (price,))


def _room(rng: np.random.Generator) -> Wording:
    digits = "".join(rng.choice(list(CLEAR_DIGITS), 3))
    return Wording(f"{rng.choice(list(CLEAR_LETTERS))}{digits}")


def _exit(rng: np.random.Generator) -> Wording:
    number = str(rng.integers(20, 98))
    return Wording(f"EXIT {number}", (number, f"Exit {number}"))


def _bus(rng: np.random.Generator) -> Wording:
    number = str(rng.integers(20, 980))
    return Wording(f"BUS {number}", (number, f"Bus {number}"))


def _time(rng: np.random.Generator) -> Wording:
    return Wording(f"{rng.integers(6, 23)}:{rng.integers(1, 12) * 5:02d}")


def _event(rng: np.random.Generator) -> Wording:
    return Wording(str(rng.choice(EVENTS)))


def _brand(rng: np.random.Generator) -> Wording:
    return Wording(f"{rng.choice(BRAND_STARTS)}{rng.choice(BRAND_ENDS)}", is_word=True)


BOLD, PLAIN, SERIF, MONO = (
    "DejaVuSans-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSerif-Bold.ttf",
    "DejaVuSansMono-Bold.ttf",
)
_ANY = ("red", "green", "blue", "yellow", "white", "black", "orange", "purple", "brown")

KINDS = (
    SignKind("sign", _ANY, (BOLD, SERIF), 0.3, True, True, _word),
    SignKind(
        "price tag",
        ("yellow", "white", "orange", "red", "pink"),
        (BOLD,),
        0.4,
        False,
        False,
        _price,
    ),
    SignKind(
        "room plate", ("white", "black", "blue", "brown"), (BOLD, PLAIN), 0.1, False, False, _room
    ),
    SignKind("exit sign", ("green", "red", "blue"), (BOLD,), 0.2, True, False, _exit),
    SignKind("bus stop sign", ("yellow", "blue", "white", "green"), (BOLD,), 0.4, True, True, _bus),
    SignKind(
        "time board", ("black", "blue", "white", "green"), (MONO, BOLD), 0.1, True, False, _time
    ),
    SignKind(
        "poster",
        ("pink", "purple", "yellow", "orange", "white"),
        (SERIF, BOLD),
        0.0,
        False,
        False,
        _event,
    ),
    SignKind(
        "label",
        ("white", "pink", "yellow", "black", "purple"),
        (BOLD, PLAIN),
        0.2,
        False,
        False,
        _brand,
    ),
)
