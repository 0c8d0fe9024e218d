"""Need: how much a look wants, by the published rule of ReCapABR.

Source: Artic (arXiv 2602.12641), control law as released. With B the rate in force, R what the
network allows, c(b) the readability expected at rate b and tau = 0.8:

    1. B > R                      send R                      the network always wins
    2. c(B) >= tau                B stays                     more would not be read better
    3. some rate b* has c = tau   B = b*                      raise to where it can be read
    4. none has                   B = next tier up

Only c at the rate in force is ever observed, by an answer. So the curve is the mean of the released
confidence table, moved up or down until it passes through the last observation; a new question
takes the observation away, because other pixels matter now. Steps 3 and 4 are taken once per
observation: feedback comes per answer, not per frame as in the paper's simulator. The rule never
steps down by itself; what does is the business of the deciding cores to come.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

THRESHOLD = 0.8
TIERS_BPS = (200_000, 400_000, 610_000, 910_000, 1_710_000, 3_150_000)
MEAN_READABILITY = (0.470, 0.805, 0.894, 0.945, 0.969, 0.984)
"""Of the 167 questions of the released confidence table, at each tier."""


class NeedWhy(StrEnum):
    """Reason of a `Need`."""

    START = "start"
    NETWORK = "network"
    """The network does not allow what was in force."""
    READABLE = "readable"
    RAISED = "raised"
    """The last look could not be read."""
    PRIOR = "prior"
    """A new question: what past ones needed."""
    SATURATED = "saturated"
    """More would not be read better, by what was said about this question."""
    STALE = "stale"
    """Nothing was said for long: what is known fades, upwards."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a look wants, and why. Never above what the network allows."""

    bps: int
    why: NeedWhy


class PublishedRule:
    """One call."""

    def __init__(self, start_bps: int) -> None:
        self._bps = float(start_bps)
        self._why = NeedWhy.START
        self._moved = 0.0
        self._observed = False

    def on_question(self) -> None:
        """Other pixels matter now."""
        self._moved = 0.0

    def on_readability(self, value: float, *, at_bps: float) -> None:
        """The last look, sent at ``at_bps``, had this readability."""
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"readability {value} is not in 0..1")
        self._moved = value - _mean(at_bps)
        self._observed = True

    def decide(self, allowed_bps: float) -> Need:
        """What to send, given what the network allows."""
        if self._observed:
            self._observed = False
            self._raise_if_unreadable()
        if self._bps > allowed_bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(int(self._bps), self._why)

    def _raise_if_unreadable(self) -> None:
        if self._expected(self._bps) >= THRESHOLD:
            self._why = NeedWhy.READABLE
            return
        enough_bps = self._enough_bps()
        above = [tier for tier in TIERS_BPS if tier > self._bps]
        self._bps = enough_bps or (above[0] if above else self._bps)
        self._why = NeedWhy.RAISED

    def _enough_bps(self) -> float | None:
        if self._expected(TIERS_BPS[0]) >= THRESHOLD:
            return float(TIERS_BPS[0])
        for lower, upper in pairwise(TIERS_BPS):
            low, high = self._expected(lower), self._expected(upper)
            if high >= THRESHOLD:
                return lower + (THRESHOLD - low) / (high - low) * (upper - lower)
        return None

    def _expected(self, bps: float) -> float:
        return min(1.0, max(0.0, _mean(bps) + self._moved))


def _mean(bps: float) -> float:
    if bps <= TIERS_BPS[0]:
        return MEAN_READABILITY[0]
    if bps >= TIERS_BPS[-1]:
        return MEAN_READABILITY[-1]
    place = bisect_right(TIERS_BPS, bps) - 1
    share = (bps - TIERS_BPS[place]) / (TIERS_BPS[place + 1] - TIERS_BPS[place])
    low, high = MEAN_READABILITY[place], MEAN_READABILITY[place + 1]
    return low + share * (high - low)
