"""How much a way to send the picture is worth, for a question about something in it.

    worth(how, fps) = share read(bits per frame, text height) + REST[how] + OFTEN * log2(fps)

The curves are fitted on measured looks (`fitted.py`) at 1280x720. A whole picture of another size
takes bits in proportion to its pixels; a packed one is what its window and its thumbnail are. The
share is what is to be expected of a place that may be wrong, or one of several: then a packed
picture shows nothing of what was asked, and whole frames with regions coded better show it as plain
ones do. A little is given up for the rest of the scene, which the person may ask about next, and
for a fresher frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from artic_codecs.curve import HEIGHT_PX
from artic_codecs.fitted import READ
from artic_codecs.overview import FRESH_BPS, FRESH_FPS
from artic_codecs.regions import Region
from artic_codecs.steer import Treatment

REST = {Treatment.WHOLE: 0.03, Treatment.QP: 0.02, Treatment.PACKED: 0.0}
OFTEN = 0.01
FITTED_PX = 1280 * 720
SURE = 0.8
"""That a place is right which was found by the question's words (71 to 90 % of first guesses,
`overview.py`)."""


HOLDS = 0.83
"""That the window of a packed picture then holds what is asked, as soon as the answer needs it: of
found signs at 50 kb/s packed pictures read 66 %, where places were right for 80; whole frames with
the same places coded better read 85 (drawn clips, seed 161)."""


class Choice(NamedTuple):
    """A way to send the picture."""

    how: Treatment
    fps: float


class Sought(NamedTuple):
    """What a question is about, as far as that decides."""

    height_px: float
    """Of the smallest text."""
    focus: float
    """Share of the likeliest place in what all places weigh, 0..1."""


SIGN = Sought(HEIGHT_PX, 1.0)
"""One place with small text."""


def sought_in(regions: tuple[Region, ...]) -> Sought:
    """What there is in these regions; there must be one."""
    heights = [region.min_text_px for region in regions if region.min_text_px]
    weights = [region.priority for region in regions]
    whole = sum(weights)
    return Sought(min(heights, default=HEIGHT_PX), max(weights) / whole if whole > 0 else 1.0)


def choices(whole: Choice, cap_bps: float, able: AbstractSet[Treatment]) -> Iterator[Choice]:
    """``whole``, and what else a sender obeys that treats regions as ``able`` says; of them those
    that are fresh enough at the rate."""
    treated = [Choice(how, fps) for how, fps in READ if how in able]
    fresh = [one for one in (whole, *treated) if one.fps >= FRESH_FPS or cap_bps < FRESH_BPS]
    yield from fresh or [whole]


def area_of(size_px: tuple[int, int]) -> float:
    """Pixels of the camera's picture, in pictures of the fitted size."""
    return size_px[0] * size_px[1] / FITTED_PX


def worth(choice: Choice, cap_bps: float, sought: Sought, area: float = 1.0) -> float:
    """The higher the better; about a share of 1. ``area``: see `area_of`."""
    share = expected(choice, cap_bps, sought, area)
    return share + REST[choice.how] + OFTEN * math.log2(choice.fps)


def expected(choice: Choice, cap_bps: float, sought: Sought, area: float = 1.0) -> float:
    """Share of what is asked that will be read, 0..1, though the place may be a wrong one."""
    share = share_read(choice, cap_bps, sought.height_px, area)
    if choice.how is Treatment.WHOLE:
        return share
    if choice.how is Treatment.PACKED:
        return SURE * HOLDS * sought.focus * share
    elsewhere = share_read(Choice(Treatment.WHOLE, choice.fps), cap_bps, sought.height_px, area)
    return SURE * share + (1 - SURE) * elsewhere


def share_read(choice: Choice, cap_bps: float, height_px: float, area: float = 1.0) -> float:
    """Of a text of that height, where the place is right, 0..1."""
    if choice.how is not Treatment.PACKED:
        cap_bps /= area
    rates = sorted(fps for how, fps in READ if how is choice.how)
    nearest = min(rates, key=lambda fps: abs(fps - choice.fps))
    return READ[choice.how, nearest].share(bits=max(1.0, cap_bps / choice.fps), height_px=height_px)
