"""Who sends: what is done with each captured frame.

Constant   one rate, whatever the link does
Adaptive   a policy of `artic_abr`, each captured frame coded at the rate that it allows
Product    the same, and the allocator says how, how often and how large; idle until asked
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from artic_abr.need import THRESHOLD
from artic_abr.policy import Policy
from artic_abr.report import BEAT, Feedback, Report
from artic_codecs.allocator import Allocator
from artic_codecs.regions import Region
from artic_codecs.spread import spread_all
from artic_codecs.steer import Steer, Treatment
from devibench.degrade.coder import Order

CAN = frozenset({"cap", "fps", "size", "regions-qp", "regions-packed"})
"""What our client says that it obeys."""
UNPACED_BPS = 1e9


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of the newest frame."""

    send: bool
    order: Order
    pace_bps: float
    why: str


class Sender(Protocol):
    """One call's; all times are the call's, s."""

    least_packets: int
    feedback: Feedback

    def fps(self, now: float) -> float:
        """How often a frame is due."""

    def wish(self, now: float, regions: tuple[Region, ...]) -> Wish:
        """About the newest frame; regions are what the sender was told."""

    def on_question(self, now: float) -> None:
        """It was asked."""

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """A packet leaves."""

    def on_report(self, report: Report, now: float) -> None:
        """Packets' fates became known."""

    def on_readability(self, value: float, at_bps: float, now: float) -> None:
        """How well a look could be read, 0..1."""


@dataclass(slots=True)
class Constant:
    """One rate, size and frame rate."""

    bps: float
    most_fps: float
    size_px: tuple[int, int] | None = None
    how: Treatment = Treatment.WHOLE
    least_packets: int = 1
    feedback: Feedback = BEAT

    def fps(self, now: float) -> float:
        """Always the same."""
        return self.most_fps

    def wish(self, now: float, regions: tuple[Region, ...]) -> Wish:
        """Always sends."""
        how = self.how if regions else Treatment.WHOLE
        order = Order(self.bps, self.most_fps, self.size_px, how, regions)
        return Wish(True, order, UNPACED_BPS, "constant")

    def on_question(self, now: float) -> None:
        """Nothing changes."""

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        """Nothing is learned."""

    def on_report(self, report: Report, now: float) -> None:
        """Nothing is learned."""

    def on_readability(self, value: float, at_bps: float, now: float) -> None:
        """Nothing is learned."""


class Adaptive:
    """A policy's rate, frame by frame. ``on_turn``: called with the policy when it is asked."""

    def __init__(
        self,
        policy: Policy,
        *,
        fps: float,
        size_px: tuple[int, int] | None = None,
        how: Treatment = Treatment.WHOLE,
        on_turn: Callable[[Policy, float], None] = lambda policy, now: None,
    ) -> None:
        self.policy = policy
        self.least_packets, self.feedback = policy.least_packets, policy.feedback
        self.on_sent, self.on_report = policy.on_sent, policy.on_report
        self._fps, self._size_px, self._how, self._on_turn = fps, size_px, how, on_turn
        self._turn = 0

    def fps(self, now: float) -> float:
        """Always the same."""
        return self._fps

    def on_question(self, now: float) -> None:
        """Other pixels matter."""
        self._turn += 1
        self.policy.on_turn(self._turn, now)
        self._on_turn(self.policy, now)

    def on_readability(self, value: float, at_bps: float, now: float) -> None:
        """Of the open question."""
        self.policy.on_readability(value, at_bps=at_bps, turn=self._turn, now=now)

    def wish(self, now: float, regions: tuple[Region, ...]) -> Wish:
        """As the policy decides."""
        decision = self.policy.decide(now)
        how = self._how if regions else Treatment.WHOLE
        small = decision.why[1] == "probe"
        order = Order(decision.cap_bps, self._fps, self._size_px, how, regions, small)
        return Wish(decision.send, order, decision.pace_bps, "; ".join(decision.why))


class Product(Adaptive):
    """What the gateway and its own client do together (`articgw.aiming`)."""

    def __init__(
        self, policy: Policy, *, fps: float, camera_px: tuple[int, int] | None = None
    ) -> None:
        super().__init__(policy, fps=fps)
        self._camera_px = camera_px
        self._allocator = Allocator()
        self._asked_fps = fps
        self._open = self._unread = False
        self._due_fps = 1.0

    def fps(self, now: float) -> float:
        """As steered last."""
        return self._due_fps

    def on_question(self, now: float) -> None:
        """No longer idle; a fresh frame goes at once."""
        self._open, self._unread = True, False
        super().on_question(now)
        self._steered(self.policy.decide(now).cap_bps, (), now)

    def on_readability(self, value: float, at_bps: float, now: float) -> None:
        """Of the open question; what could not be read is spared nothing."""
        self._unread = value < THRESHOLD
        super().on_readability(value, at_bps, now)

    def wish(self, now: float, regions: tuple[Region, ...]) -> Wish:
        """As the policy and the allocator decide."""
        decision = self.policy.decide(now)
        steer = self._steered(decision.cap_bps, regions, now)
        bps = min(float(steer.cap_bps), decision.cap_bps)
        small = decision.why[1] == "probe"
        shown = spread_all(steer.regions, now=now)
        order = Order(bps, steer.fps, steer.size_px, steer.how, shown, small)
        why = f"{'; '.join(decision.why)}; {steer.why}, {steer.how}"
        return Wish(decision.send, order, decision.pace_bps, why)

    def _steered(self, cap_bps: float, regions: tuple[Region, ...], now: float) -> Steer:
        steer = self._allocator.decide(
            need_bps=max(1, round(cap_bps)),
            asked=self._open,
            regions=regions,
            now=now,
            can=CAN,
            question_open=self._open,
            camera_px=self._camera_px,
            unread=self._unread,
        )
        self._due_fps = min(self._asked_fps, steer.fps)
        return steer
