"""Which packets a link loses: the chance of it over time, as frozen data.

Memory is in the time alone, so that arms of a comparison meet the same bursts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Loss(Protocol):
    """A loss model."""

    def chance(self, t: float) -> float:
        """The probability that a packet ``t`` seconds after the link began is lost."""


@dataclass(frozen=True, slots=True)
class NoLoss:
    """Nothing is lost."""

    def chance(self, t: float) -> float:
        """0."""
        return 0.0


@dataclass(frozen=True, slots=True)
class RandomLoss:
    """Each packet is lost with probability ``p``, whatever happened to the others."""

    p: float

    def chance(self, t: float) -> float:
        """``p``."""
        return self.p


@dataclass(frozen=True, slots=True)
class Bursts:
    """Loss with probability ``p`` for ``burst_s`` every ``every_s``, first at ``from_s``."""

    p: float
    burst_s: float
    every_s: float
    from_s: float = 0.0

    def chance(self, t: float) -> float:
        """``p`` within a burst."""
        since = t - self.from_s
        return self.p if since >= 0 and since % self.every_s < self.burst_s else 0.0


@dataclass(frozen=True, slots=True)
class Outages:
    """Everything is lost within the spans (from_s, to_s). Rate 0 in a trace holds, this drops."""

    spans: Sequence[tuple[float, float]]

    def chance(self, t: float) -> float:
        """1 within a span."""
        return float(any(from_s <= t < to_s for from_s, to_s in self.spans))


@dataclass(frozen=True, slots=True)
class Losses:
    """Several models at once, independent of each other."""

    models: Sequence[Loss]

    def chance(self, t: float) -> float:
        """1 minus the probability that none of them strikes."""
        kept = 1.0
        for model in self.models:
            kept *= 1.0 - model.chance(t)
        return 1.0 - kept
