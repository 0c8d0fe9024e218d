"""The arms: what is compared. One line each; what sends in a new way has a module of its own.

An aimed arm is run for every asked thing anew, with its true box; the others send the same whatever
is asked. `needs` are the modules of `artic_codecs` whose change makes old results of it worthless,
beside the sender's own module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from artic_codecs.packing import Limits
from artic_codecs.qp_map import Boost, PublishedMap
from tests.bench._codecs_aimed import Packed, Published, Regions
from tests.bench._codecs_coders import Settings
from tests.bench._codecs_found import AGED_FROM_BPS as AGED_FROM_BPS
from tests.bench._codecs_found import Found
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
    most_bps: float = math.inf
    """Not run beyond: below it everything is read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """At each rate the best of some arms: chosen on the clips to fit on, shown on the others."""

    name: str
    among: tuple[str, ...]
    most_age_s: float | None = None
    """95 % age of the newest frame that a candidate may have, from `AGED_FROM_BPS` on."""
    least_rest: float | None = None
    """Recall of the rest that a candidate must leave, at the rate where it is looked for and
    beyond."""


MOST_AGE_S = 0.5
LESS_BPS = (12_500.0,)
FOUND_LESS_BPS = (20_000.0,)
"""Beside 25 kb/s, which is 26 on the wire with the keyframe at the change of the picture's size."""
MAPS = ("boxes", "grid", "qp_map", "rectangles", "regions")
CARRYING = ("carrier", "motion", "spread")
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
"""A region that nobody told: found from the question. What is best with a true one need not be best
with one that may be wrong, so its treatment is chosen among its own candidates."""

QP_2, QP_5 = (f"region QP, x264, {fps} fps" for fps in (2, 5))
PACKED_2, PACKED_3, PACKED_5 = (f"packed, x264, {fps} fps" for fps in (2, 3, 5))
PACKED_5_LARGE = "packed, x264, 5 fps, large thumbnail"
PACKED_VP8 = "packed, VP8, 5 fps"
_BOOST = Boost(30.0, 1)
_LARGE = Limits(thumbnail_step=2)
TREATED: dict[str, Regions | Packed] = {
    QP_2: Regions(Settings("x264", 2, 1.0), _BOOST),
    QP_5: Regions(Settings("x264", 5, 0.4), _BOOST),
    PACKED_2: Packed(Settings("x264", 2, 1.0), Limits()),
    PACKED_3: Packed(Settings("x264", 3, 0.6), Limits()),
    PACKED_5: Packed(Settings("x264", 5, 0.4), Limits()),
    PACKED_5_LARGE: Packed(Settings("x264", 5, 0.4), _LARGE),
    PACKED_VP8: Packed(Settings("vp8", 5, 0.4), Limits()),
}
"""Ways to treat a region; at each rate ours is one of them."""
MOST_TREATED_BPS = 200_000.0


FINDING = tuple(f"found, {name}" for name in (PACKED_2, PACKED_5_LARGE, QP_5))


def _treated(name: str, send: Regions | Packed) -> Arm:
    needs = MAPS if isinstance(send, Regions) else PACKING
    return Arm(name, send, True, needs, LESS_BPS, MOST_TREATED_BPS)


def _finding(name: str) -> Arm:
    needs = (*PACKING, *MAPS, *CARRYING)
    treated = TREATED[name.removeprefix("found, ")]
    return Arm(name, Found(treated), True, needs, FOUND_LESS_BPS, MOST_TREATED_BPS)


ARMS = (
    Arm(UNIFORM, Whole(Settings("x264", 30, 0.3))),
    *(
        Arm(name, Whole(Settings("x264", fps, 0.5)), most_bps=400e3)
        for name, fps in zip(SLOWER, SLOWER_FPS, strict=True)
    ),
    Arm(LADDER, Whole(Settings("x264", 30, 0.3), ladder=True), needs=("rungs",)),
    Arm(PUBLISHED, Published(Settings("x264", 30, 0.3), PublishedMap()), True, (*MAPS, "covering")),
    *(_treated(name, send) for name, send in TREATED.items()),
    *(_finding(name) for name in FINDING),
)

CHOICES = (
    Choice(BEST_UNIFORM, (UNIFORM, *SLOWER)),
    Choice(GIVEN, tuple(TREATED), MOST_AGE_S, least_rest=0.5),
    Choice(FOUND, FINDING, MOST_AGE_S, least_rest=0.5),
)
