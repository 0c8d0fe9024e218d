"""What goes through the pipe to and from the detecting process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from artic_codecs import Box
from articgw.backends.embedded import jobs
from articgw.frame import Pixels
from articgw.perception.machine import Busy
from articgw.perception.weights import Weights


@dataclass(frozen=True, slots=True)
class Setup:
    """First message to the process."""

    weights: Weights
    models_dir: Path
    """Where profiles are that nobody named."""
    profile: Path | None = None
    """What `articgw perception profile` wrote on this machine; None: by rule of thumb."""


@dataclass(frozen=True, slots=True)
class Ready(jobs.Ready):
    """First message from the process: the detector is loaded and warm."""

    about: str = ""
    """Which detector, under which licence, by which rule; for people."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is in this picture? The result is `Sighting`."""

    call: int
    """Whose picture; boxes are carried from one picture of a call to its next."""
    yuv: Pixels
    """Small, I420."""
    captured_t: float
    slo_ms: float
    """What this may take."""
    kind: str = "frame"
    """Of the requirement: see `artic_perception.slo`."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object in view."""

    box: Box
    """Fractions of the frame."""
    label: str
    score: float
    track: int | None = None
    """The same number is the same object."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is in one picture."""

    captured_t: float
    """Of the picture that the boxes are for, s on the gateway's clock."""
    detected_t: float
    """Of the picture that a detector saw last; older where the boxes were carried."""
    things: tuple[Thing, ...]
    branch: str
    """How it was done, for people and the trace."""
    why: str
    """Why that way."""
    took_ms: float
    is_late: bool
    """Even the fastest way does not fit into what this may take."""
    busy: Busy | None = None
    """How the machine does."""
