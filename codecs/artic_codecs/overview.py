"""Whole frames while nobody knows where to look, on a link that carries no readable ones.

A thing is found in a picture in which it cannot be read. So where whole frames cannot be read, they
are for finding: small ones, so that a frame's bits do not all go to say nothing, and few of them,
because a frame that is worth looking at takes bits. Measured on drawn clips that nothing is scored
on, 41 questions each; share of the questions whose first guess of a place, from words alone, was
right:

    bits per frame              8,000   17,000   25,000   50,000
    the camera's 1280x720          23       63       71       88 %
    half of it on each side         -        -       76       90 %

    fps = bits/s / FINDS_BITS, in FEWEST_FPS ... `MOST_FPS`

While a question is open the newest frame has to be young too: a frame is as old as the time to the
next one and the time that one takes on the link, which is the same again where frames fill it:
two intervals and the way. Frames are then finer for those before them, of the same size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from artic_codecs.curve import HEIGHT_PX
from artic_codecs.fitted import READ
from artic_codecs.steer import SizeWhy, Treatment

SMALL_PX = (640, 360)
"""Ceiling of the small frames, lying or standing: what was measured."""
FINDS_BITS = 25_000
"""Of a small frame: three of four first guesses are right."""
FEWEST_FPS, MOST_FPS = 1.0, 5.0
"""A refresh of the scene is due every two seconds, and one frame may be lost."""
FRESH_BPS, FRESH_FPS = 50_000, 5.0
"""From so many bits/s on the newest frame is to be at most half a second old while a question is
open: two intervals, 25 ms for the way, and 75 ms for a frame that is larger than its share."""
READABLE, THIN = 0.9, 0.8
"""Share of a 16 px text that is read in whole 720p frames: with less than the second the link is
thin, until there is the first (116 and 92 kb/s)."""

SURE_S, PASSES_S = 1.0, 3.0
"""A link that was not thin so long ago may be again: another size would cost a key frame now and
one then, and all that the picture had gained since the last. What it was for less than the first of
these is a call's first guess."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One decision."""

    fps: float
    """What the whole frames are to come at, where they are small; else the most that is of use."""
    size_px: tuple[int, int] | None
    """Their ceiling; None: as the camera gives them."""
    why: SizeWhy


class Overviews:
    """Of one call: thin once it is too thin, until it is clearly not."""

    def __init__(self) -> None:
        self.thin = False
        """Can the link not carry a readable whole frame?"""
        self._carries_t: float | None = None
        """Since when it does; None: it does not."""
        self._carried_t = -math.inf
        """When it last did, for so long that it was no guess."""

    def decide(self, rate_bps: float, *, question_open: bool, now: float) -> Overview:
        """How whole frames are sent at ``rate_bps``. Raises ``ValueError`` for no rate."""
        if not rate_bps > 0:
            raise ValueError(f"no frames at {rate_bps} bits/s")
        bits = rate_bps / FRESH_FPS
        share = READ[Treatment.WHOLE, FRESH_FPS].share(bits=bits, height_px=HEIGHT_PX)
        carries = share >= (READABLE if self.thin else THIN)
        if not carries:
            self._carries_t = None
        elif self._carries_t is None:
            self._carries_t = now
        if self._carries_t is not None and now - self._carries_t >= SURE_S:
            self._carried_t = now
        self.thin = not carries and now - self._carried_t >= PASSES_S
        if not self.thin:
            return Overview(MOST_FPS, None, SizeWhy.READABLE)
        fps = min(MOST_FPS, max(FEWEST_FPS, rate_bps / FINDS_BITS))
        if question_open and rate_bps >= FRESH_BPS:
            return Overview(max(fps, FRESH_FPS), SMALL_PX, SizeWhy.FRESH)
        return Overview(fps, SMALL_PX, SizeWhy.THIN)
