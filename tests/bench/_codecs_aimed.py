"""Senders that are told the region: true box, frame by frame.

Region QP, the published map on the same encoder, and packing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from artic_codecs.covering import tiles
from artic_codecs.grid import CTU_PX, Grid
from artic_codecs.pack import Packer
from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost, PublishedMap
from artic_codecs.rectangles import Rectangle, nested
from tests.bench._codecs_coders import Picture, Settings
from tests.bench._codecs_film import Asked, Film
from tests.bench._codecs_plain import Sent, sent, taken

MAP_HZ = 10.0
"""How often the published map is made anew: it has some 200 rectangles, and boxes move little."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Whole frames with offsets that improve the region."""

    settings: Settings
    boost: Boost

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """Rectangles anew for each frame."""
        assert asked is not None
        grid = Grid(film.size_px)

        def aim(number: int) -> tuple[Rectangle, ...]:
            now = number / film.fps
            return nested(self.boost, [asked.region(number)], grid, now=now)

        return sent(taken(film, self.settings), film, rate_bps, self.settings, aim)


@dataclass(frozen=True, slots=True)
class Published:
    """Whole frames with the published map, block by block."""

    settings: Settings
    policy: PublishedMap

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """The map anew at `MAP_HZ`."""
        assert asked is not None
        grid = Grid(film.size_px, CTU_PX)
        every = max(1, round(film.fps / MAP_HZ))
        made: dict[int, tuple[Rectangle, ...]] = {}

        def aim(number: int) -> tuple[Rectangle, ...]:
            first = number - number % every
            if first not in made:
                region = asked.region(first)
                made[first] = tiles(self.policy([region], grid, now=region.frame_t), grid)
            return made[first]

        return sent(taken(film, self.settings), film, rate_bps, self.settings, aim)


@dataclass(frozen=True, slots=True)
class Packed:
    """A window around the region and a thumbnail, in one small picture."""

    settings: Settings
    limits: Limits

    def __call__(self, film: Film, asked: Asked | None, rate_bps: float) -> Sent:
        """One packer and one encoder, reopened where the packed size changes."""
        assert asked is not None
        packer = Packer(self.limits)
        whole: list[int] = []

        def packed() -> Iterator[Picture]:
            for number, yuv in taken(film, self.settings):
                picture, plan = packer.pack(yuv, [(asked.last_box(number), 1.0)])
                if plan.layout is None:
                    whole.append(number)
                yield number, picture

        made = sent(packed(), film, rate_bps, self.settings)
        return replace(made, whole=frozenset(whole))
