"""Rules to compare with: the published one as released, a fixed cap, a fixed margin, and exactness.

They know nothing that they are not told. Sources: ReCapABR's released code (`confidence.cpp`, its
fixed cap and margin are compile-time choices there); the exact rule is a reference that nobody
could follow, because it knows each question's curve beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from artic_abr.need import THRESHOLD, TIERS_BPS, Need, NeedWhy, PublishedRule

CAP_BPS = 1_000_000
MARGIN_BPS = 200_000
MARGIN_FROM_BPS = 400_000
"""ReCapABR keeps a margin of 200 kb/s, but not below 400 kb/s."""
START_BPS = 4_000_000
Curve = Callable[[float], float]


class Everything:
    """All that the network allows: congestion control alone."""

    def on_turn(self, turn: int, now: float) -> None:
        """Nothing changes."""

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """Nothing is learned."""

    def on_curve(self, curve: Curve, now: float) -> None:
        """Nothing is learned."""

    def need(self, allowed_bps: float, now: float) -> Need:
        """All of it."""
        return Need(int(allowed_bps), NeedWhy.NETWORK)


class FixedCap(Everything):
    """Never more than so much."""

    def __init__(self, cap_bps: int = CAP_BPS) -> None:
        self._cap_bps = cap_bps

    def need(self, allowed_bps: float, now: float) -> Need:
        """The lesser of the two."""
        if allowed_bps < self._cap_bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(self._cap_bps, NeedWhy.START)


class FixedMargin(Everything):
    """Always so much less than is allowed."""

    def need(self, allowed_bps: float, now: float) -> Need:
        """Less the margin, where there is that much."""
        less_bps = MARGIN_BPS if allowed_bps > MARGIN_FROM_BPS else 0
        return Need(int(allowed_bps - less_bps), NeedWhy.NETWORK)


class Released(Everything):
    """ReCapABR as released: asked with every frame, over the question's whole curve.

    B > R: R. c(B) ≥ τ: B. Some rate b* reaches τ: min(R, b*). None does: the next tier. It never
    steps down by itself. How stale the curve is, is up to who tells it.
    """

    def __init__(self, start_bps: int = START_BPS) -> None:
        self._bps = float(start_bps)
        self._curve: Curve | None = None
        self._answer: tuple[float, float, Need] | None = None

    def on_curve(self, curve: Curve, now: float) -> None:
        """The newest that is known."""
        self._curve = curve

    def need(self, allowed_bps: float, now: float) -> Need:
        """Asked again at the same moment, it says the same."""
        if self._answer and self._answer[:2] == (now, allowed_bps):
            return self._answer[2]
        why = NeedWhy.READABLE
        if self._bps > allowed_bps:
            self._bps, why = allowed_bps, NeedWhy.NETWORK
        elif self._curve is not None and self._curve(self._bps) < THRESHOLD:
            self._bps, why = min(allowed_bps, self._raised_bps(self._curve)), NeedWhy.RAISED
        need = Need(int(self._bps), why)
        self._answer = (now, allowed_bps, need)
        return need

    def _raised_bps(self, curve: Curve) -> float:
        if curve(TIERS_BPS[0]) >= THRESHOLD:
            return float(TIERS_BPS[0])
        for lower, upper in pairwise(TIERS_BPS):
            low, high = curve(lower), curve(upper)
            if high >= THRESHOLD:
                return lower + (THRESHOLD - low) / (high - low) * (upper - lower)
        return next((float(tier) for tier in TIERS_BPS if tier > self._bps), self._bps)


class PublishedLive(Everything):
    """The published rule where only answers are known (`artic_abr.need.PublishedRule`)."""

    def __init__(self, start_bps: int = START_BPS) -> None:
        self._rule = PublishedRule(start_bps)

    def on_turn(self, turn: int, now: float) -> None:
        """Other pixels matter now."""
        self._rule.on_question()

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """The last look."""
        self._rule.on_readability(value, at_bps=at_bps)

    def need(self, allowed_bps: float, now: float) -> Need:
        """Once raised by an answer, it says the same until the next."""
        return self._rule.decide(allowed_bps)


class Exact(Everything):
    """Straight to each question's saturation, the moment that it is asked."""

    def __init__(self, enough_bps: Callable[[float], float]) -> None:
        self._enough_bps = enough_bps

    def need(self, allowed_bps: float, now: float) -> Need:
        """What the open question needs, and not a bit more."""
        enough_bps = self._enough_bps(now)
        if enough_bps > allowed_bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(int(enough_bps) + 1, NeedWhy.READABLE)
