"""What goes through the pipe to and from a worker process: plain values, and nothing is kept.

Stateless between jobs: what was read ahead goes back to the session and comes again with the
question, so any process can do any job.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from articgw.backends.embedded.aim import Aim
from articgw.backends.embedded.scene import Scene
from articgw.frame import Pixels


@dataclass(frozen=True, slots=True)
class Setup:
    """First message to a process."""

    models_dir: Path
    """Where the files of the detector and of the sentence embedding may be."""


@dataclass(frozen=True, slots=True)
class Ready:
    """First message from a process: the models are loaded."""

    spots_objects: bool
    """True where the detector's files were there."""
    compares_meaning: bool = False
    """True where the sentence embedding's files were there."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A job, or the start, did not succeed."""

    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """Read ahead. The result is a `Scene`."""

    yuv: Pixels
    captured_t: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer a question. The result is an `Answer`."""

    yuv: Pixels
    captured_t: float
    question: str
    glimpse: Scene | None


@dataclass(frozen=True, slots=True)
class Seek:
    """Where may a question be answered? The result is `Sought`."""

    question: str
    yuv: Pixels | None
    """The picture; None where the glimpse is of it, or nearly."""
    captured_t: float
    glimpse: Scene | None
    """What was seen before, in this picture or an older one."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Where to look closer."""

    captured_t: float
    """Of the picture that the boxes are of, s on the gateway's clock."""
    aims: tuple[Aim, ...]
    """Best first."""


Job = Look | Ask | Seek
