"""Who decides about a sender: what the network allows, what is needed, and whether to send now.

    reports ─▶ Estimating ─ allowed ─▶ Rule ─ need ─▶ cap ──┐
       └─────▶ Pacing ─ may this frame go? ─────────────────┴─▶ Decision

Ours, the published rule, a fixed cap and a fixed margin are policies of this one form, and so is a
learned one: `decide` only looks, `on_…` only listen, and every decision carries its reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from artic_abr.need import Need
from artic_abr.report import BEAT, Feedback, Report

FLOOR_BPS = 150_000
CEILING_BPS = 4_000_000
"""Of Artic's simulator."""
PACE = 2.5
"""Frames leave that much faster than the mean rate (libwebrtc's pacer)."""


class Estimating(Protocol):
    """Says what the network allows."""

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""

    def allowed_bps(self, now: float) -> float:
        """The ceiling on everything, bit/s."""


class Rule(Protocol):
    """Says how much is needed."""

    def on_turn(self, turn: int, now: float) -> None:
        """A new question: other pixels matter."""

    def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
        """How well a frame sent at that rate could be read, for that question."""

    def on_curve(self, curve: Callable[[float], float], now: float) -> None:
        """The question's whole curve: only the published rule's simulator is told that."""

    def need(self, allowed_bps: float, now: float) -> Need:
        """At most what is allowed."""


@dataclass(frozen=True, slots=True)
class Room:
    """Whether a frame may go now, and why."""

    send: bool
    why: str
    small: bool = False
    """It goes to find out whether the link lives: as small as can be."""


class Pacing(Protocol):
    """Says whether the newest frame may go."""

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""

    def room(self, frame_bytes: float, allowed_bps: float, now: float) -> Room:
        """For a frame of that size."""


@dataclass(frozen=True, slots=True)
class Decision:
    """About the newest frame."""

    send: bool
    cap_bps: float
    """Its size, as a rate."""
    estimate_bps: float
    pace_bps: float
    """How fast its packets leave."""
    why: tuple[str, str]
    """Of the cap, and of sending or not."""


class Policy:
    """One sender's."""

    def __init__(
        self,
        estimator: Estimating,
        rule: Rule,
        pacing: Pacing,
        *,
        fps: float = 30.0,
        floor_bps: float = FLOOR_BPS,
        pace_by_estimate: bool = False,
        least_packets: int = 1,
        feedback: Feedback = BEAT,
    ) -> None:
        self.estimator, self.rule, self.pacing = estimator, rule, pacing
        self._fps, self._floor_bps = fps, floor_bps
        self._pace_by_estimate = pace_by_estimate
        self.least_packets = least_packets
        """A frame is cut into at least so many: one packet is no train."""
        self.feedback = feedback
        """What the receiver is asked for."""
        self.on_turn = rule.on_turn
        self.on_readability = rule.on_readability
        self.on_curve = rule.on_curve

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""
        self.estimator.on_sent(sequence, size_bytes, now)
        self.pacing.on_sent(sequence, size_bytes, now)

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""
        self.estimator.on_report(report, now)
        self.pacing.on_report(report, now)

    def decide(self, now: float) -> Decision:
        """The cap is at least the floor, and otherwise never above the estimate."""
        allowed_bps = max(self._floor_bps, self.estimator.allowed_bps(now))
        need = self.rule.need(allowed_bps, now)
        cap_bps = max(self._floor_bps, min(float(need.bps), allowed_bps))
        room = self.pacing.room(cap_bps / self._fps / 8, allowed_bps, now)
        if room.small:
            cap_bps = self._floor_bps
        pace_bps = PACE * (allowed_bps if self._pace_by_estimate else cap_bps)
        return Decision(room.send, cap_bps, allowed_bps, pace_bps, (str(need.why), room.why))
