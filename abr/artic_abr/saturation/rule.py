"""Saturation: send what is enough for the open question, with so much certainty.

What is enough for it, b*, is not known. A belief over a grid of hypotheses is: it begins with what
past questions needed (`prior`); each readability v of a look sent at b multiplies it with how well
the session's curve at log2(b / b*) explains v, and a share of what readers say is nonsense:

    P(b*) ← ((1 − λ) P(b*) + λ prior) · ((1 − ε) exp(−|v − f(log2 b/b*)| / σ) + ε)^γ
    need  = 1.1 · least b with P(b* ≤ b) ≥ level;   at least 1.15 b where v is below the threshold

So a new question starts high, looks that are read easily bring it down, a look that is not brings
it up at once, and a reader that says nonsense moves it little. Down it goes by a limited step per
look. Without news the belief fades into the prior, and then upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log2

from artic_abr.need import THRESHOLD, Need, NeedWhy
from artic_abr.saturation.curve import SessionCurve
from artic_abr.saturation.prior import GRID_BPS, TurnPrior, quantile_bps

LEVEL = 0.80
"""Chosen on links that are not scored (abr/README.md)."""
MARGIN = 1.1
"""A look at exactly enough is as often below the threshold as above it."""
NOISE = 0.10
NONSENSE = 0.10
WORTH = 0.7
"""Looks at one scene err together: each is worth less than a whole observation (γ)."""
FORGETS = 0.05
"""With each look: scenes change, and no belief may grow too strong to be refuted (λ)."""
UP = 1.15
DOWN = 0.7
"""Of the need in force is left at least after one look."""
FRESH_S = 4.0
FADE_S = 10.0
RISE_PER_S = 1.05
_LOG2 = tuple(log2(bps) for bps in GRID_BPS)


class SaturationRule:
    """One session's."""

    def __init__(self, *, level: float = LEVEL, down: float = DOWN) -> None:
        if not 0 < level < 1 or not 0 < down < 1:
            raise ValueError(f"level {level} and down {down} must be between 0 and 1")
        self._level, self._down = level, down
        self._prior = TurnPrior()
        self._curve = SessionCurve()
        self._turn: int | None = None
        self._said: list[tuple[float, float]] = []
        self._start(0.0)

    def _start(self, now: float) -> None:
        self._begun = self._belief = self._prior.shares()
        self._prior_bps = self._bps = MARGIN * quantile_bps(self._belief, self._level)
        self._why = NeedWhy.PRIOR
        self._heard_t = now
        self._said.clear()

    def on_turn(self, turn: int, now: float) -> None:
        """A new question: what was learned of the last one is kept, and begun anew."""
        if self._said:
            enough_bps = quantile_bps(self._belief, 0.5)
            self._curve.learn([(log2(at_bps / enough_bps), value) for at_bps, value in self._said])
            self._prior.learn(self._belief)
        self._turn = turn
        self._start(now)

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """Of a look; one at an older question tells nothing about this one.

        Raises ``ValueError`` for what is not a share.
        """
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"readability {value} is not in 0..1")
        if at_bps <= 0 or (self._turn is not None and turn != self._turn):
            return
        self._said.append((at_bps, value))
        self._heard_t = now
        where = log2(at_bps)
        explained = [
            ((1 - FORGETS) * share + FORGETS * before)
            * self._explains(value, where - log2_bps) ** WORTH
            for share, before, log2_bps in zip(self._belief, self._begun, _LOG2, strict=True)
        ]
        total = sum(explained)
        self._belief = [share / total for share in explained]
        enough_bps = MARGIN * quantile_bps(self._belief, self._level)
        if value < THRESHOLD:
            enough_bps = max(enough_bps, min(UP * at_bps, GRID_BPS[-1]))
        self._why = NeedWhy.SATURATED if enough_bps <= self._bps else NeedWhy.RAISED
        self._bps = max(enough_bps, self._down * self._bps)

    def on_curve(self, curve: Callable[[float], float], now: float) -> None:
        """Nobody may know that."""

    def need(self, allowed_bps: float, now: float) -> Need:
        """At most what is allowed."""
        bps, why = self._bps, self._why
        silent_s = now - self._heard_t
        if silent_s > FRESH_S:
            faded = 1.0 - exp(-(silent_s - FRESH_S) / FADE_S)
            bps = max(bps, bps * (max(self._prior_bps, bps) / bps) ** faded)
            bps *= RISE_PER_S ** min(silent_s - FRESH_S, 120.0)
            why = NeedWhy.STALE
        if bps > allowed_bps:
            return Need(int(allowed_bps), NeedWhy.NETWORK)
        return Need(int(bps), why)

    def _explains(self, value: float, x: float) -> float:
        return (1 - NONSENSE) * exp(-abs(value - self._curve(x)) / NOISE) + NONSENSE
