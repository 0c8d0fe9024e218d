"""Regions: which part of a frame matters, how much, and until when.

Boxes are fractions of the frame they name, x0, y0, x1, y1, with the origin at the top left. They
are fractions and not pixels because the frame that a model looked at, the frame that a person sees
and the frame that an encoder works on have different sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions of a frame."""


@dataclass(frozen=True, slots=True)
class Region:
    """One area that matters.

    Raises ``ValueError`` when the box is empty, reversed or outside the frame, when the priority is
    not in 0..1, or when it expires before its frame.
    """

    box: Box
    """Where, as fractions of the frame captured at ``frame_t``."""
    frame_t: float
    """Capture time of the frame that the box refers to, s on the gateway's clock."""
    priority: float
    """0..1; 1 is the evidence of the question that is open."""
    expires_t: float
    """After this time the region says nothing any more, s on the gateway's clock."""
    min_text_px: float | None = None
    """Height of the smallest text inside, pixels of that frame; None where there is no text."""

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.box
        if not (0.0 <= x0 < x1 <= 1.0 and 0.0 <= y0 < y1 <= 1.0):
            raise ValueError(f"box {self.box} is not inside the frame")
        if not 0.0 <= self.priority <= 1.0:
            raise ValueError(f"priority {self.priority} is not in 0..1")
        if self.expires_t < self.frame_t:
            raise ValueError(f"region expires at {self.expires_t}, before its frame {self.frame_t}")
