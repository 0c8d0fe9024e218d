"""Regions as others said them, made safe: few, valid, live, best first.

Two hundred of them, minutes old, twice the same, with a priority of NaN, for a picture that has
turned since: what goes out is a handful of valid regions, and a remark for everything that was
mended or dropped. Nothing raises.

A region's box is cleaned, its times and priority are brought into range; only then are regions
merged and counted. One that outlives its frame by more than `LONGEST_S` lies about its expiry:
that rule also drops whatever is stale by minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from artic_codecs.boxes import Flaw, as_float, clean_box, overlap
from artic_codecs.regions import Region

MOST_REGIONS = 16
LONGEST_S = 10.0
"""No region steers for longer after its frame, whatever it says."""
SAME_OVERLAP = 0.7
"""Intersection over union from which two boxes are one."""
SAME_PROPORTIONS = 0.02
"""Proportions that differ by less are the same, but for even sides."""


@dataclass(frozen=True, slots=True)
class Said:
    """A region as somebody said it; nothing about it is believed. Fields as in `Region`."""

    box: object
    frame_t: float
    priority: float
    expires_t: float
    min_text_px: float | None = None


class Remark(NamedTuple):
    """What happened to the region that came in at ``place``."""

    place: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Clean:
    """Valid regions, most important first, and all that was wrong, in the order it came."""

    regions: tuple[Region, ...]
    remarks: tuple[Remark, ...]


def clean(said: Iterable[Said | Region], *, now: float, at_most: int = MOST_REGIONS) -> Clean:
    """Regions that may steer at ``now`` (s), most important first, at most ``at_most``."""
    remarks: list[Remark] = []
    read: list[tuple[int, Region]] = []
    for place, one in enumerate(said):
        region, flaws = _read(one, now)
        remarks += [Remark(place, flaw) for flaw in flaws]
        if region is not None:
            read.append((place, region))
    kept: list[Region] = []
    for place, region in sorted(read, key=lambda item: -item[1].priority):
        same = (n for n, one in enumerate(kept) if overlap(one.box, region.box) >= SAME_OVERLAP)
        twin = next(same, None)
        if twin is not None:
            kept[twin] = _merged(kept[twin], region)
            remarks.append(Remark(place, Flaw.MERGED))
        elif len(kept) < at_most:
            kept.append(region)
        else:
            remarks.append(Remark(place, Flaw.TOO_MANY))
    return Clean(tuple(kept), tuple(sorted(remarks, key=lambda remark: remark.place)))


def after_size_change(
    regions: Iterable[Region], *, from_px: tuple[int, int], to_px: tuple[int, int]
) -> Clean:
    """Regions once the picture has another size: kept where its proportions are the same."""
    (width, height), (new_width, new_height) = from_px, to_px
    before, after = width * new_height, new_width * height
    known = min(*from_px, *to_px) > 0
    if not known or abs(before - after) > SAME_PROPORTIONS * max(before, after):
        lost = tuple(Remark(place, Flaw.FRAME_CHANGED) for place, _ in enumerate(regions))
        return Clean((), lost)
    scale = new_height / height
    return Clean(tuple(_scaled(region, scale) for region in regions), ())


def _read(one: Said | Region, now: float) -> tuple[Region | None, tuple[Flaw, ...]]:
    box, flaws = clean_box(one.box)
    if box is None:
        return None, flaws
    said_frame_t, said_priority, said_expires_t = map(
        as_float, (one.frame_t, one.priority, one.expires_t)
    )
    if not all(map(math.isfinite, (said_frame_t, said_priority, said_expires_t))):
        return None, (*flaws, Flaw.NOT_FINITE)
    frame_t = min(said_frame_t, now)
    expires_t = min(said_expires_t, frame_t + LONGEST_S)
    if expires_t <= now:
        return None, (*flaws, Flaw.STALE)
    priority = min(1.0, max(0.0, said_priority))
    if (frame_t, priority, expires_t) != (said_frame_t, said_priority, said_expires_t):
        flaws = (*flaws, Flaw.BOUNDED)
    text_px = None if one.min_text_px is None else as_float(one.min_text_px)
    known = text_px is not None and 0 < text_px < math.inf
    return Region(box, frame_t, priority, expires_t, text_px if known else None), flaws


def _merged(best: Region, other: Region) -> Region:
    (x0, y0, x1, y1), (u0, v0, u1, v1) = best.box, other.box
    heights_px = [r.min_text_px for r in (best, other) if r.min_text_px is not None]
    return Region(
        box=(min(x0, u0), min(y0, v0), max(x1, u1), max(y1, v1)),
        frame_t=min(best.frame_t, other.frame_t),
        priority=best.priority,
        expires_t=max(best.expires_t, other.expires_t),
        min_text_px=min(heights_px, default=None),
    )


def _scaled(region: Region, scale: float) -> Region:
    if region.min_text_px is None:
        return region
    return replace(region, min_text_px=region.min_text_px * scale)
