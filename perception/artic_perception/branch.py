"""A branch: one way to keep boxes on a film, after ApproxDet (Xu et al., SenSys 2020).

    frame   0        1        2        3        4 ...
            detect   carry    carry    carry    detect         interval 4
            └──────────── a group ────────────┘

A detector looks at each interval's first frame, at a picture of some size; on the others the boxes
are carried along with what moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

HOLD = "hold"
"""Boxes stay where they are: costs nothing, and holds while nothing moves."""


@dataclass(frozen=True, order=True)
class Detector:
    """A model as it is run."""

    model: str
    size_px: int
    """Longer side of the picture that it gets."""
    threads: int = 1
    precision: str = "f32"

    @cached_property
    def name(self) -> str:
        """For people, tables and files."""
        return f"{self.model} {self.size_px} {self.threads}t {self.precision}"


@dataclass(frozen=True, order=True)
class Branch:
    """One configuration. Raises ``ValueError`` for an interval below 1."""

    detector: Detector
    interval: int
    """Frames from one detection to the next."""
    carrying: str
    """How boxes get from frame to frame: `HOLD`, or a name of `artic_perception.carrying`."""

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise ValueError(f"a detection every {self.interval} frames")

    @cached_property
    def name(self) -> str:
        """For people, tables and files."""
        rest = "" if self.interval == 1 else f" /{self.interval} {self.carrying}"
        return self.detector.name + rest
