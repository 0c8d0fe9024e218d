"""What past questions needed: the belief that a new one begins with.

Before any question it is Artic's published table: the share of its 167 questions that are readable
at each tier (0.275, 0.713, 0.832, 0.904, 0.946, 1), worth ten questions. Each question that was
asked adds what was believed about it in the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import log2

from artic_abr.need import TIERS_BPS

LEAST_BPS, MOST_BPS = 150_000, 4_000_000
STEPS = 29
GRID_BPS: tuple[float, ...] = tuple(
    LEAST_BPS * (MOST_BPS / LEAST_BPS) ** (step / (STEPS - 1)) for step in range(STEPS)
)
"""Hypotheses about what is enough, a sixth of an octave apart."""
SHARES = (0.275, 0.713, 0.832, 0.904, 0.946, 1.0)
WORTH = 10.0
FORGETS = 0.98
"""With each question, so that a session can change its subject."""


class TurnPrior:
    """Counts over `GRID_BPS`."""

    def __init__(self) -> None:
        before, self._counts = 0.0, []
        for bps in GRID_BPS:
            upto = _published(bps)
            self._counts.append(WORTH * max(upto - before, 1e-4))
            before = upto

    def shares(self) -> list[float]:
        """They sum to one."""
        total = sum(self._counts)
        return [count / total for count in self._counts]

    def learn(self, belief: Sequence[float]) -> None:
        """Of a question that is over."""
        self._counts = [
            FORGETS * count + share for count, share in zip(self._counts, belief, strict=True)
        ]


def quantile_bps(shares: Sequence[float], level: float) -> float:
    """The least rate that is enough with that certainty."""
    upto = 0.0
    for place, share in enumerate(shares):
        if upto + share >= level:
            if place == 0 or share <= 0:
                return GRID_BPS[place]
            part = (level - upto) / share
            return 2 ** ((1 - part) * log2(GRID_BPS[place - 1]) + part * log2(GRID_BPS[place]))
        upto += share
    return GRID_BPS[-1]


def _published(bps: float) -> float:
    if bps >= TIERS_BPS[-1]:
        return 1.0
    place = bisect_left(TIERS_BPS, bps)
    low_bps, low = (
        (LEAST_BPS * 0.9, 0.0) if place == 0 else (TIERS_BPS[place - 1], SHARES[place - 1])
    )
    part = log2(bps / low_bps) / log2(TIERS_BPS[place] / low_bps)
    return low + part * (SHARES[place] - low)
