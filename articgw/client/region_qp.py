"""Where this client's bits go: the steer's regions as offsets of one frame's QP.

    regions as said ─▶ cleaned once ─▶ grown by their age ─▶ Boost ─▶ at most 16 rectangles
                                 QP of the frame, from bits.py ─▶ `held` ─▶ addroi

The rate control moves the frame's QP, this moves blocks against it. A region is never made better
than `MIN_QP`, where nothing more can be read, and the rest never worse than `REST_QP`: past that
the frame's QP goes on up and the region gives way, so that the cap holds whatever was asked for.
Nothing here forces a keyframe.

Beyond 51, the last QP of H.264, x264 takes away coefficients, up to 69: at 100 kb/s and 15 frames a
second of a hand-held 720p scene that is what pays for the region (23 dB in it instead of 17, and
19 dB in the rest instead of 21); with 51 as the end frames are left out instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from artic_codecs.cleaning import Said, after_size_change, clean
from artic_codecs.grid import Grid
from artic_codecs.qp_map import Boost
from artic_codecs.rectangles import Rectangle, nested, painted
from artic_codecs.regions import Region
from artic_codecs.spread import spread_all
from articgw.client.quantiser import MAX_QP, MIN_QP

STRENGTH_QP = 24.0
REST_QP = 69.0
"""What x264 knows, 18 steps past the codec: 51, with fewer and fewer coefficients."""
_OCTAVES_PER_QP = 1 / 6
"""Of a block's bits: the quantiser's step doubles every six (ITU-T H.264), and bits about halve."""


class RegionAim:
    """The regions that a sender was told, as they lie in each of its frames.

    `take` may be called while another thread encodes.
    """

    def __init__(self, boost: Boost | None = None) -> None:
        self.boost = boost or Boost(strength_qp=STRENGTH_QP)
        self._said: tuple[Said | Region, ...] = ()
        self._read: tuple[Said | Region, ...] = ()
        self._regions: tuple[Region, ...] = ()
        self._camera_px: tuple[int, int] | None = None

    def take(self, said: Iterable[Said | Region]) -> None:
        """These from the next frame on, instead of all others; nothing about them is believed."""
        self._said = tuple(said)

    def regions(self, *, camera_px: tuple[int, int], now: float) -> tuple[Region, ...]:
        """Those that steer a frame captured at ``now`` (s), most important first."""
        said = self._said
        if said is not self._read:
            self._read, self._regions = said, clean(said, now=now).regions
        elif self._camera_px is not None and self._camera_px != camera_px:
            changed = after_size_change(self._regions, from_px=self._camera_px, to_px=camera_px)
            self._regions = changed.regions
        self._camera_px = camera_px
        return spread_all(self._regions, now=now)

    def rectangles(
        self, regions: Iterable[Region], grid: Grid, *, now: float
    ) -> Sequence[Rectangle]:
        """At most 16 offsets against the frame's QP, the first on top, the last over it all."""
        return nested(self.boost, regions, grid, now=now)


def held(rectangles: Iterable[Rectangle], qp: float) -> tuple[Rectangle, ...]:
    """Offsets against `MIN_QP`, where the frame is to be coded at ``qp``."""
    return tuple(
        replace(one, offset_qp=min(max(qp + one.offset_qp, MIN_QP), REST_QP) - MIN_QP)
        for one in rectangles
    )


def most_qp(rectangles: Iterable[Rectangle]) -> float:
    """A frame's QP at which even its best region is at the worst that the codec has."""
    return MAX_QP - min((one.offset_qp for one in rectangles), default=0.0)


def cost(rectangles: Sequence[Rectangle], grid: Grid) -> float:
    """Bits against those of a frame without offsets, if all blocks were alike."""
    return float(np.mean(np.exp2(-_OCTAVES_PER_QP * painted(rectangles, grid))))
