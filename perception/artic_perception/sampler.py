"""Which frames are worth looking at ahead of any question.

A look costs a model half a second of a core, so: never more often than ``min_interval_s``; when the
picture has changed; and now and then even when it has not, because small text changes without
moving the mean of anything. Change is the mean absolute difference of luma thumbnails, which sees a
camera move and a page turn and does not see sensor noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

CHANGED_LUMA = 3.0
"""Mean absolute difference, of 255; noise of a dark room's camera stays below 2."""


class Why(StrEnum):
    """Reason of a `Glance`."""

    FIRST = "first"
    CHANGED = "changed"
    STALE = "stale"
    TOO_SOON = "too soon"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Glance:
    """Whether to look at a frame, and why."""

    look: bool
    why: Why


class Sampler:
    """Decides frame by frame; remembers the last one that was looked at."""

    def __init__(self, *, min_interval_s: float = 1.0, max_interval_s: float = 5.0) -> None:
        if not 0 < min_interval_s <= max_interval_s:
            raise ValueError(f"0 < {min_interval_s} <= {max_interval_s} does not hold")
        self._min_interval_s = min_interval_s
        self._max_interval_s = max_interval_s
        self._looked_t: float | None = None
        self._seen: NDArray[np.int16] | None = None

    def on_frame(self, thumbnail: NDArray[np.uint8], *, now: float) -> Glance:
        """``thumbnail`` is the (h, w) luma of the frame, much reduced."""
        if self._looked_t is not None and now - self._looked_t < self._min_interval_s:
            return Glance(False, Why.TOO_SOON)
        why = self._judge(thumbnail, now)
        if why is Why.SAME:
            return Glance(False, why)
        self._looked_t = now
        self._seen = thumbnail.astype(np.int16)
        return Glance(True, why)

    def _judge(self, thumbnail: NDArray[np.uint8], now: float) -> Why:
        if self._looked_t is None or self._seen is None:
            return Why.FIRST
        if self._seen.shape != thumbnail.shape:
            return Why.CHANGED
        if np.abs(self._seen - thumbnail).mean() > CHANGED_LUMA:
            return Why.CHANGED
        return Why.STALE if now - self._looked_t >= self._max_interval_s else Why.SAME
