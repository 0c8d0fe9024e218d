"""Steer: what a sender should send, until when, and why.

Every sender obeys what it can: one with our page or our client all of it, a plain WebRTC sender
only ``cap_bps`` (its receiver tells it by REMB, draft-alvestrand-rmcat-remb-03).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from artic_codecs.regions import Region


class SteerWhy(StrEnum):
    """Reason of a `Steer`."""

    ASKED = "asked"
    """A question is open or expected: as good as need and network allow."""
    IDLE = "idle"
    """Nobody asks: a frame now and then, for reading ahead."""
    STALLED = "stalled"
    """Nothing comes of what was asked for: a small frame now and then, to find out whether the link
    lives, so that nothing is queued when it does."""


class SizeWhy(StrEnum):
    """Reason of the size and number of whole frames (`overview.py`)."""

    READABLE = "readable"
    """Whole frames of the camera's own size can be read, or there is no other choice."""
    THIN = "thin"
    """They cannot: small ones, as many as are good enough to find a thing in."""
    FRESH = "fresh"
    """The same, but more of them, because a question is open."""
    AIMED = "aimed"
    """It is known where to look: as the treatment has it."""


class Treatment(StrEnum):
    """What becomes of the picture outside the regions."""

    WHOLE = "whole"
    """Nothing: the whole frame, all of it alike."""
    QP = "qp"
    """The whole frame, its regions coded better than the rest."""
    PACKED = "packed"
    """A window around the regions at native resolution, and a thumbnail of the scene."""


WORDS = {"regions-qp": Treatment.QP, "regions-packed": Treatment.PACKED}
"""As a sender says what it can (docs/protocol.md)."""


@dataclass(frozen=True, slots=True)
class Steer:
    """One decision. Raises ``ValueError`` for rates that cannot be sent."""

    seq: int
    """Grows by one with every other decision."""
    cap_bps: int
    """Ceiling of the video, bits/s."""
    fps: float
    """Ceiling of the frame rate."""
    size_px: tuple[int, int] | None
    """Ceiling of width and height; None: as the camera gives it."""
    pause: bool
    regions: tuple[Region, ...]
    ttl_s: float
    """A sender that hears nothing for so long goes back to its own ways."""
    why: SteerWhy
    how: Treatment = Treatment.WHOLE
    """Who cannot do that sends whole frames."""
    size_why: SizeWhy = SizeWhy.READABLE

    def __post_init__(self) -> None:
        if self.cap_bps <= 0 or self.fps <= 0 or self.ttl_s <= 0:
            raise ValueError(f"{self} cannot be obeyed")
