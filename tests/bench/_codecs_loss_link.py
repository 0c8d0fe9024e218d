"""A link that loses packets, and what came of a transmission over it.

It loses packets at random, or in bursts (Gilbert, counted in packets), and takes half a round trip;
it has no queue: every arm is held to the rate by its encoder. What goes back is not lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Row = dict[str, Any]

RATE_BPS = 200e3
WARM_S = 2.0
"""Not counted: a question comes into a running call."""
WINDOW_S = 1.0


class Seen(NamedTuple):
    """A picture that somebody can look at."""

    captured_t: float
    intact_t: float
    db: float
    """PSNR of the asked region's luma."""


@dataclass
class Outcome:
    """What came of one transmission."""

    seconds: float
    seen: list[Seen] = field(default_factory=list)
    bits: float = 0.0
    """Sent after the warm-up, on the wire."""
    pictures: int = 0


@dataclass
class Link:
    """Loses packets; bursts are runs of a two-state chain."""

    share: float
    burst: float | None
    random: np.random.Generator
    bad: bool = False

    def loses(self) -> bool:
        """The next packet?"""
        if self.burst is None or self.share == 0:
            return bool(self.random.random() < self.share)
        begins = self.share / self.burst / (1 - self.share)
        turn = 1 / self.burst if self.bad else begins
        self.bad ^= bool(self.random.random() < turn)
        return self.bad


def figures(outcome: Outcome) -> Row:
    """Of one transmission, after the warm-up."""
    count = round(outcome.seconds - WARM_S)
    held = [newest(outcome.seen, WARM_S + n) for n in range(count)]
    full = [one for one in held if one is not None]
    moments = np.arange(WARM_S, outcome.seconds, 0.01)
    order = sorted(outcome.seen, key=lambda one: one.intact_t)
    intact = np.array([one.intact_t for one in order])
    taken = np.maximum.accumulate(np.array([-np.inf, *(one.captured_t for one in order)]))
    ages_s = moments - taken[np.searchsorted(intact, moments, "right")]
    age_s = float(np.percentile(ages_s, 95, method="higher"))
    return {
        "windows": count,
        "full": len(full) / count,
        "bps": outcome.bits / count,
        "pictures_per_s": outcome.pictures / count,
        "age_p95_s": age_s if np.isfinite(age_s) else None,
        "region_db": float(np.nanmean([one.db for one in full])) if full else None,
    }


def newest(seen: Sequence[Seen], from_t: float) -> Seen | None:
    """Of the window that begins then."""
    to_t = from_t + WINDOW_S
    there = [one for one in seen if from_t - 1e-9 <= one.captured_t and one.intact_t <= to_t]
    return max(there, key=lambda one: one.captured_t, default=None)
