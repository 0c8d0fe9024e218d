"""Values summed by video: all that a statistic needs to draw videos again.

    ratio = sum of the values of all questions / number of questions

Videos with more questions weigh more, as in the accuracy that everybody reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Chosen = NDArray[np.int_]
"""Indices of videos, some of them more than once; any shape, the last axis is one draw."""


class Interval(NamedTuple):
    """A figure and where it lies with 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Clustered:
    """Sums and counts per video, in order of the videos' names."""

    sums: Floats
    counts: Floats

    @classmethod
    def of(cls, values: Sequence[float], videos: Sequence[str]) -> Clustered:
        """One value per question and the video that it is about.

        Raises ``ValueError`` where the two differ in length or are empty.
        """
        if len(values) != len(videos) or not videos:
            raise ValueError(f"{len(values)} values of {len(videos)} questions")
        _, place = np.unique(np.asarray(videos), return_inverse=True)
        given = np.asarray(values, np.float64)
        sums = np.asarray(np.bincount(place, given), np.float64)
        return cls(sums, np.bincount(place).astype(np.float64))

    @property
    def videos(self) -> int:
        """How many."""
        return len(self.sums)

    @property
    def questions(self) -> int:
        """How many."""
        return int(self.counts.sum())

    def mean(self) -> float:
        """Over all questions."""
        return float(self.sums.sum() / self.counts.sum())

    def means(self, chosen: Chosen) -> Floats:
        """The same, for each draw of videos."""
        drawn: Floats = self.sums[chosen].sum(-1) / self.counts[chosen].sum(-1)
        return drawn

    def variance(self) -> float:
        """Of the mean, by linearising the ratio (Cochran, Sampling Techniques, 6.4); 0 for one
        video, of which nothing is known."""
        count = self.videos
        if count < 2:
            return 0.0
        strays = self.sums - self.mean() * self.counts
        spread = count / (count - 1) * float(strays @ strays)
        return spread / float(self.counts.sum()) ** 2
