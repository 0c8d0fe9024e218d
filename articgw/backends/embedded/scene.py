"""What was found in one picture: plain values that cross the process boundary.

Boxes are fractions of the frame, heights are pixels of it, scores are 0..1. Colours travel as
`Paint`: not one name but how well each name fits, because whether a plate is "orange" or "yellow"
is for the question to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from artic_codecs import Box

Paint = tuple[tuple[str, float], ...]
"""Names of colours with how well they fit, 0..1, best first; empty where nothing is known."""


RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text as recognised."""

    text: str
    score: float
    """Mean certainty of the recogniser over the characters."""
    box: Box
    """Around the letters, without a margin."""
    height_px: float
    """Height of the letters."""
    ground: RGB = (0.0, 0.0, 0.0)
    """Median colour behind the letters, 0..255."""
    ink: RGB = (255.0, 255.0, 255.0)
    """Median colour of the letters, 0..255."""
    found: float = 1.0
    """Certainty of the detector that this is text at all; 1 where it was read at once."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Lines of text that belong together: one plate, label, screen or caption."""

    lines: tuple[TextLine, ...]
    """Top to bottom."""
    box: Box
    """The plate, or the text with a margin where no plate can be told from its surroundings."""
    plate: Paint = ()
    ink: Paint = ()

    @property
    def text(self) -> str:
        """All lines, in reading order."""
        return " ".join(line.text for line in self.lines if line.text)

    @property
    def score(self) -> float:
        """Certainty of the whole text: the mean over its characters."""
        letters = sum(len(line.text) for line in self.lines)
        return sum(line.score * len(line.text) for line in self.lines) / max(1, letters)

    @property
    def height_px(self) -> float:
        """Height of the smallest line."""
        return min(line.height_px for line in self.lines)


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that the detector knows by name."""

    label: str
    score: float
    box: Box
    paint: Paint = ()


@dataclass(frozen=True, slots=True)
class Blob:
    """A compact area of one colour: something countable that the detector has no name for."""

    colour: str
    shape: str
    """circle, square, rectangle, triangle, star, or other."""
    box: Box
    area: float
    """Fraction of the frame."""
    paint: Paint = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that was found in one picture."""

    captured_t: float
    """Capture time of the picture, s on the gateway's clock."""
    size_px: tuple[int, int]
    signs: tuple[Sign, ...] = ()
    things: tuple[Thing, ...] = ()
    blobs: tuple[Blob, ...] = ()
    spots_objects: bool = False
    """False where the detector's files are missing: then `things` says nothing."""
    unread: tuple[Sign, ...] = ()
    """Text that was found and could not be read at all: plates whose lines are empty."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One part of the picture that an answer rests on."""

    box: Box
    label: str
    text_height_px: float | None = None
    score: float | None = None
    """Of the recogniser or of the detector; None where the answer rests on colour alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, and why."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    finish: str = "stop"
    """stop, or unknown where it cannot be answered."""
    readability: float | None = None
    from_objects: bool = False
    """True where the readability comes from the detector and not from reading."""
