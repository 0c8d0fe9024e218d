"""Readability of what was read: 0..1, from the recogniser's score and the height of the capitals.

    readability = sure(score) * tall(height_px)
    sure(s) = clip((s - 0.50) / 0.45, 0, 1)         0 at a score of .50, 1 at .95
    tall(h) = clip((h - 4) / 8, 0.25, 1)             1 from 12 px on, a quarter at 6 px

Both factors rise with their argument and never fall, so more bits or more pixels never make a look
less readable. It says whether the pixels could be read, not whether the answer is correct: a
recogniser scores an invented word as highly as a real one. The height keeps it honest where the
recogniser is not: below 12 px it scores guesses of whole words high.
"""

from __future__ import annotations


def of_text(score: float, height_px: float) -> float:
    """Readability of one text, 0..1. ``height_px`` is that of its smallest capitals."""
    sure = min(1.0, max(0.0, (score - 0.50) / 0.45))
    tall = min(1.0, max(0.25, (height_px - 4.0) / 8.0))
    return round(sure * tall, 3)


def of_object(score: float) -> float:
    """Readability of an object: the detector's score, which is already 0..1."""
    return round(min(1.0, max(0.0, score)), 3)


UNREAD = 0.05
"""There is something where the text should be, and nothing could be read."""

CLEAR = 0.5
"""From here on the text is said without reserve."""
