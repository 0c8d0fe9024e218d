"""A region grows with the age of what it says, and vanishes when it says nothing any more.

A box is true for the frame that the model looked at. Until the encoder uses it, the hand has moved:
the box goes where its motion is known to go, and widens by a share of its own size and by what is
not known about the motion. Wide costs bits, narrow misses the text: hence 12.5 % per half second,
a guess at what the published feedback, twice a second, leaves open; to be fitted.

Spread what a model or a tracker said, never what was spread before: the growth would compound.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from artic_codecs.boxes import clean_box
from artic_codecs.regions import Region

GROWTH_PER_S = 0.25
"""Share of its width and height that a box grows by in a second, half on each side."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How a region moves; both in frame widths and heights a second.

    Raises ``ValueError`` for what is not finite, or for less than no doubt.
    """

    velocity_per_s: tuple[float, float] = (0.0, 0.0)
    """Where it goes, rightward and downward."""
    doubt_per_s: tuple[float, float] = (0.0, 0.0)
    """How far it may have strayed from there, on each side."""

    def __post_init__(self) -> None:
        finite = all(map(math.isfinite, (*self.velocity_per_s, *self.doubt_per_s)))
        if not finite or min(self.doubt_per_s) < 0:
            raise ValueError(f"{self} is no motion")


STILL = Motion()


def spread(region: Region, *, now: float, motion: Motion = STILL) -> Region | None:
    """``region`` as it may lie in a frame of ``now`` (s); None where it expired or moved out."""
    if region.expires_t <= now:
        return None
    age_s = max(0.0, now - region.frame_t)
    x0, x1 = _moved(region.box[0], region.box[2], age_s, motion, 0)
    y0, y1 = _moved(region.box[1], region.box[3], age_s, motion, 1)
    box = clean_box((x0, y0, x1, y1)).box
    return None if box is None else replace(region, box=box, frame_t=max(region.frame_t, now))


def spread_all(
    regions: Iterable[Region], *, now: float, motion: Motion = STILL
) -> tuple[Region, ...]:
    """Those of ``regions`` that still say something, in their order; one motion for all."""
    grown = (spread(region, now=now, motion=motion) for region in regions)
    return tuple(region for region in grown if region is not None)


def _moved(low: float, high: float, age_s: float, motion: Motion, axis: int) -> tuple[float, float]:
    shift = motion.velocity_per_s[axis] * age_s
    margin = (GROWTH_PER_S * (high - low) / 2 + motion.doubt_per_s[axis]) * age_s
    return low + shift - margin, high + shift + margin
