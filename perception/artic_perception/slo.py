"""What is asked of the boxes' latency, and when that is missed.

    frame      each frame's own time                                       <= budget
    amortised  mean over a group: (detect + carry + ... + carry) / frames  <= budget   (ApproxDet)
    streaming  age of the newest boxes when the next frame is done         <= budget

Streaming asks for what somebody sees who looks at any moment (Li et al., ECCV 2020): boxes are as
old as they took, and stay until the next ones are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Of what the budget is."""

    FRAME = "frame"
    AMORTISED = "amortised"
    STREAMING = "streaming"


@dataclass(frozen=True, slots=True)
class Slo:
    """A budget, and how often it may be missed. Raises ``ValueError`` for no budget or share."""

    budget_s: float
    kind: Kind = Kind.AMORTISED
    miss_share: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.budget_s < float("inf"):
            raise ValueError(f"a budget of {self.budget_s} s")
        if not 0 < self.miss_share < 1:
            raise ValueError(f"a share of {self.miss_share} that may miss")
