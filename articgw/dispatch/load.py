"""What an answer takes at one server: T = a + b·uncached prompt tokens + c·output tokens.

Fitted by recursive least squares with forgetting (Ljung, System Identification, 11.2) on each first
word (no output yet) and each end. A new server begins with a prior; a few answers of different
sizes are enough (HELP, NeurIPS 2021, for the idea). Prefill is linear in uncached tokens and decode
in output tokens at the sizes that questions have (EdgeReasoning, 2511.01866).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PRIOR = (0.2, 0.3, 1.5)
"""s; s per 1000 uncached tokens; s per 100 output tokens: a small model on a small GPU."""
PRIOR_SPREAD = (0.3, 0.5, 2.0)
"""How far from the prior a server may be without surprise, same units."""
FORGET = 0.97
"""Weight of the answer before the last: 33 answers of memory."""
LEAST_S = 0.001
_SCALE = (1.0, 1000.0, 100.0)


class LoadModel:
    """Of one server."""

    def __init__(self) -> None:
        self.seen = 0
        """Observations so far."""
        self._coefficients: NDArray[np.float64] = np.array(PRIOR)
        self._spread: NDArray[np.float64] = np.diag(np.square(PRIOR_SPREAD))
        self._noise = 0.05**2

    def observe(self, *, uncached: int, output: int, took_s: float) -> None:
        """An answer, or its beginning, took so long."""
        x = _features(uncached, output)
        forgotten = self._spread / FORGET
        gain = forgotten @ x / (self._noise + x @ forgotten @ x)
        self._coefficients = self._coefficients + gain * (took_s - x @ self._coefficients)
        spread = forgotten - np.outer(gain, x) @ forgotten
        self._spread = np.minimum((spread + spread.T) / 2, np.square(PRIOR_SPREAD).max() * 4)
        self.seen += 1

    def predict(self, *, uncached: int, output: int) -> float:
        """Seconds, never negative: a coefficient that noise made so counts as nothing."""
        x = _features(uncached, output)
        return max(LEAST_S, float(x @ np.maximum(self._coefficients, 0.0)))


def _features(uncached: int, output: int) -> NDArray[np.float64]:
    return np.array([x / scale for x, scale in zip((1, uncached, output), _SCALE, strict=True)])
