"""When a second server is asked as well, and how often at most (Dean and Barroso, The Tail at
Scale, CACM 2013): after all but a tenth of first words have come, for one question in twenty.
"""

from __future__ import annotations

from collections import deque

SHARE = 0.05
"""Extra questions per question."""
MOST = 2.0
"""Saved up, at most."""
QUANTILE = 0.9
KEPT = 64
ENOUGH = 10
"""First words to have seen before waiting is called long."""
LEAST_S = 0.05


class Hedge:
    """Of all servers together: a late first word is late by the same factor everywhere."""

    def __init__(self, share: float = SHARE) -> None:
        self._share = share
        self._saved = 0.0
        self._ratios: deque[float] = deque(maxlen=KEPT)

    def on_start(self) -> None:
        """A question went out."""
        self._saved = min(MOST, self._saved + self._share)

    def on_first(self, *, took_s: float, predicted_s: float) -> None:
        """Its first word came."""
        self._ratios.append(took_s / max(predicted_s, LEAST_S))

    def after_s(self, predicted_s: float) -> float | None:
        """Seconds behind the start when a second server may be asked; None: not now."""
        if self._saved < 1.0 or len(self._ratios) < ENOUGH:
            return None
        late = sorted(self._ratios)[int(QUANTILE * len(self._ratios))]
        return max(LEAST_S, late * predicted_s)

    def spend(self) -> None:
        """A second server has been asked."""
        self._saved -= 1.0
