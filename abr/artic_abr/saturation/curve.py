"""The session's curve: readability against look quality, relative to what is enough.

Questions differ in how much they need, less in the shape of the way there. So one curve is learned
for the session, over x = log2(quality / enough): it begins as below, and what was said about past
questions moves it, as far as a curve that never falls can be moved (`isotonic`). At x = 0 it is the
threshold by definition. A reader that always says the same flattens it, and then what it says
changes no belief.
"""

from __future__ import annotations

from collections.abc import Iterable

from artic_abr.need import THRESHOLD
from artic_abr.saturation.isotonic import isotonic

STEP = 0.25
FROM, UPTO = -3.0, 4.0
_BELOW = ((-3.0, 0.05), (-2.0, 0.15), (-1.0, 0.40))
SHAPE = (*_BELOW, (0.0, THRESHOLD), (0.75, 0.97), (1.25, 1.0), (4.0, 1.0))
"""Half of enough is mostly unreadable, twice is as good as all: the mean of Artic's released table
rises from 0.47 to 0.89 within two octaves around 0.8."""
TRUST = 8.0
"""Observations that the first shape is worth, in each bin."""
MOST = 200.0


class SessionCurve:
    """``__call__`` tells the readability expected at x."""

    def __init__(self) -> None:
        count = round((UPTO - FROM) / STEP) + 1
        self._means = [_shape(FROM + STEP * place) for place in range(count)]
        self._weights = [TRUST] * count
        self._fitted = list(self._means)

    def __call__(self, x: float) -> float:
        """Between bins, straight."""
        place = min(max((x - FROM) / STEP, 0.0), len(self._fitted) - 1.0)
        low = min(int(place), len(self._fitted) - 2)
        share = place - low
        return (1 - share) * self._fitted[low] + share * self._fitted[low + 1]

    def learn(self, observations: Iterable[tuple[float, float]]) -> None:
        """Pairs of x and readability, of a question that is over."""
        for x, value in observations:
            place = min(max(round((x - FROM) / STEP), 0), len(self._means) - 1)
            weight = min(self._weights[place], MOST)
            self._means[place] += (value - self._means[place]) / (weight + 1)
            self._weights[place] = weight + 1
        self._fitted = isotonic(self._means, self._weights)


def _shape(x: float) -> float:
    for (low_x, low), (high_x, high) in zip(SHAPE, SHAPE[1:], strict=False):
        if x <= high_x:
            return low + (x - low_x) / (high_x - low_x) * (high - low)
    return SHAPE[-1][1]
