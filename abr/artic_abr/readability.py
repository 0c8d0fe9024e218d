"""Readability: can the pixels that matter be read?

It is never "is the answer correct": a model can read every letter and still be wrong, and more bits
would not help it. It is also not comparable between sources without calibration, which is why the
source travels with the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from artic_abr.look import LookQuality


class ReadabilitySource(StrEnum):
    """How a readability value came about."""

    RECOGNITION = "recognition"
    """From the scores of a text recogniser and the height of the glyphs it read."""
    DETECTION = "detection"
    """From the score of an object detector."""
    VERBALISED = "verbalised"
    """The model was asked to state it."""
    LOGPROBS = "logprobs"
    """The probability that the model gave to the words of a short answer: how sure it was."""
    NONE = "none"
    """Nothing is known; the value is None."""


@dataclass(frozen=True, slots=True)
class Readability:
    """One observation of how well a look could be read.

    Raises ``ValueError`` when the value is outside 0..1.
    """

    value: float | None
    """0..1, or None where the model could not tell."""
    source: ReadabilitySource
    question_id: str
    frame_t: float
    """Capture time of the frame looked at, s on the gateway's clock."""
    observed_t: float
    """When this became known, s on the gateway's clock."""
    look: LookQuality | None = None
    """How well what was looked at came through; None where nobody knows."""

    def __post_init__(self) -> None:
        if self.value is not None and not 0.0 <= self.value <= 1.0:
            raise ValueError(f"readability {self.value} is not in 0..1")
