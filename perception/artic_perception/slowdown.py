"""How much slower this machine is now than when it was profiled, and how unsteady.

    s     = Σ took / Σ base, of what ran lately     one factor for all stages (ALERT)
    L(b)  = s·b + k·sqrt(s·b·Q)                     what b of base time may take
    k    += GAIN·(missed − share)                   after each requirement that was relied on

A stage that is cut into slices by others waits once per slice, so its time scatters with the square
root of its length, not with its length: a long detection is steadier, relatively, than a short
carrying of boxes. Stages count by their length for the same reason.

The factor is the worse of the last moments and of the last seconds: up at once, down when the
seconds agree. Where what takes longer than foreseen is paid off later, one bad moment is no reason
to fear, and the last seconds count alone. Own waiting for a processor (/proc/self/schedstat), where
known, counts like a stage.

Sources: ALERT (Wan et al., USENIX ATC 2020) for one factor; adaptive conformal inference (Gibbs and
Candès, NeurIPS 2021) for k. Q is a scheduler's slice, 3 ms by default in Linux's EEVDF.
"""

from __future__ import annotations

import math
from collections import deque

SLICE_S = 0.003
RECENT_S, MEMORY_S = 0.5, 2.5
LEAST_BASE_S = 0.008
"""So much base time makes a factor; a single short stage tells nothing."""
GAIN = 0.2
START, LEAST, MOST = 1.6, 0.2, 8.0
FASTEST = 0.5
"""A machine twice as fast as its profile is another machine."""


class Slowdown:
    """Of one process."""

    def __init__(self) -> None:
        self._took: deque[tuple[float, float, float]] = deque()
        self._k = START
        self._factors: tuple[float, float, float] | None = None
        """When they were worked out, worst and mean; each branch is asked about with the same."""

    @property
    def margin(self) -> float:
        """k."""
        return self._k

    def on_stage(self, base_s: float, took_s: float, *, now: float) -> None:
        """A stage of that base time took so long. What is not finite and positive is ignored."""
        if not (math.isfinite(base_s + took_s) and base_s > 0 and took_s > 0):
            return
        if self._took and now < self._took[-1][0]:
            self._took.clear()
        self._factors = None
        self._took.append((now, base_s, took_s))
        while self._took[0][0] < now - MEMORY_S and self._base_s() - self._took[0][1] > (
            LEAST_BASE_S
        ):
            self._took.popleft()

    def on_wait(self, ran_s: float, waited_s: float, *, now: float) -> None:
        """This process ran, and waited for a processor, since it was said last."""
        if ran_s >= LEAST_BASE_S and waited_s >= 0:
            self.on_stage(ran_s, ran_s + waited_s, now=now)

    def on_outcome(self, missed: bool, share: float) -> None:
        """A requirement was relied on; ``share``: how often it may be missed."""
        self._k = min(MOST, max(LEAST, self._k + GAIN * (missed - share)))

    def factor(self, *, now: float, paid: bool = False) -> float:
        """s; 1 while nothing is known. ``paid``: what takes longer is paid off later."""
        if not self._took:
            return 1.0
        if self._factors is None or self._factors[0] != now:
            mean = max(FASTEST, self._ratio(-math.inf))
            self._factors = now, max(mean, self._ratio(now - RECENT_S)), mean
        return self._factors[2 if paid else 1]

    def within_s(self, base_s: float, *, now: float, parts: int = 1, paid: bool = False) -> float:
        """L of the mean of ``parts`` things that take ``base_s`` together; ``paid`` as above."""
        middle_s = self.factor(now=now, paid=paid) * base_s
        return (middle_s + self._k * math.sqrt(middle_s * SLICE_S)) / parts

    def _base_s(self) -> float:
        return sum(base_s for _, base_s, _ in self._took)

    def _ratio(self, since_t: float) -> float:
        base_s = took_s = 0.0
        for t, base, took in reversed(self._took):
            if t < since_t and base_s >= LEAST_BASE_S:
                break
            base_s, took_s = base_s + base, took_s + took
        return took_s / base_s
