"""Is there room for one more call? Refused before the calls that are there lose their frames.

    load   the most of: the event loop's share of its core, this process's share of all its cores,
           and how late the loop comes, in parts of `LATE_MS`
    room   load, and for each call that has only just begun what a call costs here, stay below the
           limit

Sans-I/O: clocks are read by the gateway, once each `EVERY_S`. What detectors and models take in
processes of their own shows as lateness, if they take what media need.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

EVERY_S = 0.5
WINDOW_S = 3.0
"""A question takes a tenth of a second of a core: that is no reason to send somebody away."""
LATE_MS = 50.0
"""Of 100 ms that the newest frame may be old (`make bench-capacity`), half are the loop's."""
COSTS = 0.04
"""Of a core: an idle call with 30 frames a second of 720 lines, before this gateway has a few."""
FEW = 4


@dataclass(frozen=True, slots=True)
class Burden:
    """What was read at one moment."""

    t: float
    loop_s: float
    """CPU time of the event loop's thread so far."""
    process_s: float
    """CPU time of all threads so far."""
    late_ms: float
    """Mean lateness of the loop since a while."""
    calls: int


@dataclass(frozen=True, slots=True)
class Room:
    """May one more come?"""

    is_there: bool
    load: float
    """1 is all that this process can carry."""
    why: str


class Admission:
    """One process's."""

    def __init__(self, max_load: float, *, cores: int) -> None:
        self._max_load = max_load
        self._cores = cores
        self._burdens: deque[Burden] = deque()
        self._begun_t: deque[float] = deque()

    def on_burden(self, burden: Burden) -> None:
        """The clocks were read."""
        self._burdens.append(burden)
        while burden.t - self._burdens[0].t > WINDOW_S:
            self._burdens.popleft()

    def on_call(self, *, now: float) -> None:
        """One more has begun."""
        self._begun_t.append(now)

    def load(self) -> float:
        """Of the last seconds; 0 before anything is known."""
        if len(self._burdens) < 2:
            return 0.0
        first, last = self._burdens[0], self._burdens[-1]
        span_s = max(last.t - first.t, EVERY_S)
        loop = (last.loop_s - first.loop_s) / span_s
        process = (last.process_s - first.process_s) / span_s / self._cores
        return max(loop, process, last.late_ms / LATE_MS)

    def decide(self, *, now: float) -> Room:
        """What to tell the next caller."""
        load = self.load()
        while self._begun_t and now - self._begun_t[0] > WINDOW_S:
            self._begun_t.popleft()
        known = self._burdens[-1].calls if self._burdens else 0
        each = load / known if known >= FEW else COSTS
        expected = load + (len(self._begun_t) + 1) * each
        if expected <= self._max_load:
            return Room(True, load, "there is room")
        return Room(False, load, f"load {load:.2f}, with this call {expected:.2f}")
