"""How sure a model was of its words, for models too small to be asked how well they could read.

The probability that a model gave to the words of a short answer falls when the picture gets worse
(measured with a tiny reader: 0.98 on clean pictures, 0.89 at a sixteenth of the resolution). In
long answers it speaks of wording instead, so there it says nothing. It is not calibrated, and it
stays high where a model is wrong and does not know: its source, "logprobs", travels with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

MAX_WORDS = 8
"""Longer answers are prose."""


def confidence(words: Sequence[tuple[str, float]]) -> float | None:
    """Geometric mean of the probabilities of ``words`` (token, log-probability); None if unknown.

    Tokens without a letter or digit are left out: they are ends, spaces and forced punctuation.
    """
    values = [logprob for token, logprob in words if any(c.isalnum() for c in token)]
    if not 0 < len(values) <= MAX_WORDS:
        return None
    return min(1.0, exp(max(-100.0, sum(values) / len(values))))
