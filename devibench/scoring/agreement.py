"""How far two judges agree: the share, and Cohen's kappa (Educ. Psychol. Meas. 20, 1960).

Kappa is what agreement there is beyond that of two judges who throw coins as biased as they are;
it is unknown where both always say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two judges on the same answers."""

    count: int
    share: float
    kappa: float | None


def agreement(first: Sequence[bool], second: Sequence[bool]) -> Agreement:
    """Raises ``ValueError`` where they did not judge the same answers, or none."""
    pairs = list(zip(first, second, strict=True))
    if not pairs:
        raise ValueError("no answer was judged by both")
    count = len(pairs)
    share = sum(a == b for a, b in pairs) / count
    yes = sum(first) / count, sum(second) / count
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return Agreement(count, share, None if chance == 1 else (share - chance) / (1 - chance))
