"""How reading grows with the bits of a frame and the height of its letters.

A logistic in octaves of both: what is measured of looks is a share of characters, which rises from
nothing to all over two or three doublings of the bits. `fitted.py` holds those that were found.
"""

from __future__ import annotations

import math
from typing import NamedTuple

BITS, HEIGHT_PX = 10_000.0, 16.0
"""Where the logarithms of a curve are 0."""


class Curve(NamedTuple):
    """Logit of the share of characters that is read: constant, and slopes per octave."""

    at: float
    per_bits: float
    per_height: float

    def share(self, *, bits: float, height_px: float) -> float:
        """Expected share, 0..1, with so many bits per frame; both above 0."""
        logit = self.at + self.per_bits * math.log2(bits / BITS)
        logit += self.per_height * math.log2(height_px / HEIGHT_PX)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
