"""Who reads the frames: a question has a curve, and an answer says where on it a frame was.

Curves are readability against bitrate at a few tiers, straight between them (Artic's released
table). What a model says is seldom the curve itself: it may be late, coarse, too sure, missing or
upside down, and a controller has to live with each.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from artic_abr.need import THRESHOLD, TIERS_BPS


@dataclass(frozen=True, slots=True)
class Curve:
    """Readability at each of the tiers; it does not fall."""

    values: tuple[float, ...]
    tiers_bps: tuple[int, ...] = TIERS_BPS

    def __call__(self, bps: float) -> float:
        """Readability at a rate."""
        tiers, values = self.tiers_bps, self.values
        if bps <= tiers[0]:
            return values[0]
        if bps >= tiers[-1]:
            return values[-1]
        place = bisect_right(tiers, bps) - 1
        share = (bps - tiers[place]) / (tiers[place + 1] - tiers[place])
        return values[place] + share * (values[place + 1] - values[place])

    def enough_bps(self, threshold: float = THRESHOLD) -> float:
        """The least rate that reaches the threshold; the last tier where none does."""
        tiers, values = self.tiers_bps, self.values
        if values[0] >= threshold:
            return float(tiers[0])
        for place in range(1, len(values)):
            if values[place] >= threshold:
                share = (threshold - values[place - 1]) / (values[place] - values[place - 1])
                return tiers[place - 1] + share * (tiers[place] - tiers[place - 1])
        return float(tiers[-1])


@dataclass(frozen=True, slots=True)
class Reader:
    """What becomes of the truth on its way to the controller."""

    curves: Sequence[Curve]
    """One per question, in turn, and again from the first."""
    turn_s: float = 5.0
    """Artic: 150 frames at 30 a second."""
    look_s: float = 0.5
    """A model looks at one or two frames a second."""
    delay_s: float = 1.5
    """From the look to the controller (Artic: 1.2 to 1.52 s)."""
    bias: float = 0.0
    levels: int | None = None
    """How many different values it can say."""
    missing: float = 0.0
    inverted: float = 0.0
    always: float | None = None
    """What it says whatever it sees."""

    def curve(self, t: float) -> Curve:
        """Of the question that is open at t."""
        return self.curves[self.turn(t) % len(self.curves)]

    def turn(self, t: float) -> int:
        """The number of the question that is open at t."""
        return int(t / self.turn_s + 1e-9)

    def says(self, t: float, bps: float, chance: random.Random) -> float | None:
        """Of a frame sent at so many bit/s and looked at at t."""
        if self.missing and chance.random() < self.missing:
            return None
        value = self.curve(t)(bps) if self.always is None else self.always
        if self.inverted and chance.random() < self.inverted:
            value = 1.0 - value
        value = min(1.0, max(0.0, value + self.bias))
        return (
            value if self.levels is None else round(value * (self.levels - 1)) / (self.levels - 1)
        )


def parse_curves(lines: Iterable[str]) -> tuple[Curve, ...]:
    """Artic's table: an index, then six readabilities, after a heading.

    Raises ``ValueError`` naming the line that is not that.
    """
    curves = []
    for number, line in enumerate(lines, 1):
        if number == 1 or not line.strip():
            continue
        try:
            values = tuple(float(part) for part in line.split(",")[1:])
        except ValueError:
            values = ()
        if len(values) != len(TIERS_BPS) or not all(0 <= value <= 1 for value in values):
            raise ValueError(f"line {number}: not an index and {len(TIERS_BPS)} readabilities")
        curves.append(Curve(values))
    if not curves:
        raise ValueError("no curve")
    return tuple(curves)
