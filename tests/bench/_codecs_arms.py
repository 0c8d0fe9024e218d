"""The arms: what is compared. One line each; what sends in a new way has a module of its own.

An aimed arm is run for every asked thing anew, with its true box; the others send the same whatever
is asked. `needs` are the modules of `artic_codecs` whose change makes old results of it worthless,
beside the sender's own module.
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost, PublishedMap
from tests.bench._codecs_aimed import Packed, Published, Regions
from tests.bench._codecs_coders import Settings
from tests.bench._codecs_plain import Send, Whole


@dataclass(frozen=True, slots=True)
class Arm:
    """One line of the table."""

    name: str
    send: Send
    aimed: bool = False
    needs: tuple[str, ...] = ()
    more_bps: tuple[float, ...] = ()
    """Rates beside those of all arms: for one that reads nearly everything at their least."""


@dataclass(frozen=True, slots=True)
class Choice:
    """At each rate the best of some arms: chosen on the clips to fit on, shown on the others."""

    name: str
    among: tuple[str, ...]
    most_age_s: float | None = None
    """95 % age of the newest frame that a candidate may have, from `AGED_FROM_BPS` on."""


AGED_FROM_BPS = 50_000.0
MOST_AGE_S = 0.5
LESS_BPS = (12_500.0,)
MAPS = ("boxes", "grid", "qp_map", "rectangles", "regions")
PACKING = ("boxes", "grid", "layout", "layout_mark", "pack", "packing", "regions")

UNIFORM = "uniform, 30 fps"
SLOWER_FPS = (3.0, 5.0, 10.0)
"""Among these and 30 the strongest plain baseline is sought."""
SLOWER = tuple(f"uniform, {fps:g} fps" for fps in SLOWER_FPS)
LADDER = "papers' ladder, 30 fps"
PUBLISHED = "published map, 30 fps"
BEST_UNIFORM = "uniform, best fps"
GIVEN = "region given"
FOUND = "region found"
"""Not measured yet: goes before `GIVEN` where there is such an arm."""

_REGION_5 = Regions(Settings("x264", 5, 0.4), Boost(30.0, 1))
_PACKED_5 = Packed(Settings("x264", 5, 0.4), Limits())
_PACKED_VP8_5 = Packed(Settings("vp8", 5, 0.4), Limits())

ARMS = (
    Arm(UNIFORM, Whole(Settings("x264", 30, 0.3))),
    *(Arm(n, Whole(Settings("x264", f, 0.5))) for n, f in zip(SLOWER, SLOWER_FPS, strict=True)),
    Arm(LADDER, Whole(Settings("x264", 30, 0.3), ladder=True), needs=("rungs",)),
    Arm(PUBLISHED, Published(Settings("x264", 30, 0.3), PublishedMap()), True, (*MAPS, "covering")),
    Arm("region QP, x264, 5 fps", _REGION_5, True, MAPS, LESS_BPS),
    Arm("packed, x264, 5 fps", _PACKED_5, True, PACKING, LESS_BPS),
    Arm("packed, VP8, 5 fps", _PACKED_VP8_5, True, PACKING, LESS_BPS),
)

CHOICES = (
    Choice(BEST_UNIFORM, (UNIFORM, *SLOWER)),
    Choice(
        GIVEN,
        ("region QP, x264, 5 fps", "packed, x264, 5 fps", "packed, VP8, 5 fps"),
        MOST_AGE_S,
    ),
)
