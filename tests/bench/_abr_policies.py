"""Who is compared: a name, and how to make one for a frame rate."""

from __future__ import annotations

from collections.abc import Callable

from artic_abr.controller import controller
from artic_abr.pacing import Always, FreshPacing, SelfClock
from artic_abr.policy import Policy
from artic_abr.report import BEAT, PROMPT
from artic_abr.rules import Everything, Exact, FixedCap, FixedMargin, Released
from artic_abr.saturation import SaturationRule
from artic_abr.simulation import Reader
from tests.bench._abr_arrivals import Arrivals, Told
from tests.bench._abr_remb import Remb

ROUND_TRIP_S = 0.05
OURS, ESTIMATOR, PUBLISHED = "ours", "aiortc", "aiortc+published"
Make = Callable[[float, Reader], Policy]


def _exact(reader: Reader) -> Exact:
    return Exact(lambda t: reader.curve(t).enough_bps())


def _told(fps: float) -> Policy:
    arrivals = Arrivals()
    return Policy(arrivals, SaturationRule(), Told(arrivals, fps), fps=fps)


POLICIES: dict[str, Make] = {
    OURS: lambda fps, reader: controller(fps=fps),
    "ours, exact need": lambda fps, reader: controller(fps=fps, rule=_exact(reader)),
    "ours, reports each 50 ms": lambda fps, reader: controller(fps=fps, feedback=BEAT),
    "ours+published": lambda fps, reader: controller(fps=fps, rule=Released()),
    "ours, all allowed": lambda fps, reader: controller(fps=fps, rule=Everything()),
    "ours, as a gateway estimates": lambda fps, reader: Policy(
        Arrivals(), SaturationRule(), FreshPacing(PROMPT), fps=fps, pace_by_estimate=True,
        least_packets=2, feedback=PROMPT,
    ),
    "a browser, as a gateway estimates": lambda fps, reader: Policy(
        Arrivals(), SaturationRule(), Always(), fps=fps
    ),
    "the same, told when it stalls": lambda fps, reader: _told(fps),
    ESTIMATOR: lambda fps, reader: Policy(Remb(), Everything(), Always(), fps=fps),
    PUBLISHED: lambda fps, reader: Policy(Remb(), Released(), Always(), fps=fps),
    "aiortc+cap 400k": lambda fps, reader: Policy(Remb(), FixedCap(400_000), Always(), fps=fps),
    "aiortc+margin": lambda fps, reader: Policy(Remb(), FixedMargin(), Always(), fps=fps),
    "aiortc+published+skip": lambda fps, reader: Policy(
        Remb(), Released(), SelfClock(ROUND_TRIP_S), fps=fps
    ),
    "aiortc+exact+skip": lambda fps, reader: Policy(
        Remb(), _exact(reader), SelfClock(ROUND_TRIP_S), fps=fps
    ),
}  # fmt: skip
"""Ours asks its receiver to report at once; the others get reports each 50 ms, as is usual, and so
does one of ours. Three have the estimate that calls have (`artic_abr.arrivals`), with our client's
pacing, with none, and with a steer's. The last two are those of which figures were published
before, to compare simulators with."""
AT_LOW_FPS = (OURS, ESTIMATOR, PUBLISHED)
