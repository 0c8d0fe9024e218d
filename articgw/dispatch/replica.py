"""One server: its small window, what it works on, and a breaker for when it fails.

The window is small so that the order stays ours: what waits in a server's own queue can neither be
passed nor sent elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from articgw.dispatch import order
from articgw.dispatch.load import LoadModel
from articgw.dispatch.question import Question

WINDOW = 4
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STALE_S = 10.0
"""A server that nobody asked for so long is believed to be twice as fast as it was, and again."""
MOST_HOPE = 8.0


@dataclass(slots=True)
class Attempt:
    """One question at this server."""

    question: Question
    started_t: float
    uncached: int
    expected_s: float
    """For the whole answer."""
    first_s: float
    """For its first word."""
    ahead: int = 0
    """Uncached tokens of the prompts that were being read there when it came."""
    begun: bool = False


@dataclass(slots=True)
class Replica:
    """State of one server."""

    window: int = WINDOW
    load: LoadModel = field(default_factory=LoadModel)
    running: dict[int, Attempt] = field(default_factory=dict)
    """By the question's key."""
    failures: int = 0
    """In a row."""
    closed_until_t: float = 0.0
    observed_t: float = 0.0

    @property
    def reading(self) -> int:
        """Uncached tokens of the prompts that are still being read."""
        return sum(one.uncached for one in self.running.values() if not one.begun)

    def admits(self, *, now: float) -> bool:
        """False while the breaker is open, and while the one question that tries it is out."""
        if self.failures == 0:
            return True
        return now >= self.closed_until_t and not self.running

    def has_room(self, *, is_long: bool) -> bool:
        """A window above one keeps a place for short questions, and has one long prompt read at a
        time: servers read one after the other, and a short question would wait for all of them.
        Who was never seen is tried by one question."""
        if not self.load.seen:
            return not self.running
        if not is_long or self.window == 1:
            return len(self.running) < self.window
        reads = any(order.is_long(one.uncached) and not one.begun for one in self.running.values())
        return not reads and len(self.running) < self.window - 1

    def first_s(self, uncached: int, *, now: float) -> float:
        """Until the first word, behind the prompts that are still being read there."""
        took_s = self.load.predict(uncached=uncached + self.reading, output=0)
        return took_s / self._hope(now=now)

    def whole_s(self, uncached: int, output: int, *, now: float) -> float:
        """Until the end."""
        took_s = self.load.predict(uncached=uncached + self.reading, output=output)
        return took_s / self._hope(now=now)

    def free_in_s(self, *, now: float) -> float:
        """Until one of the running ones will have ended."""
        ends = (one.started_t + one.expected_s for one in self.running.values())
        return max(0.0, min(ends, default=now) - now)

    def failed(self, *, now: float, retry_after_s: float | None) -> None:
        """Nobody is sent there for a while, twice as long each time."""
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**self.failures)
        self.failures += 1
        self.closed_until_t = now + max(pause_s, retry_after_s or 0.0)

    def observe(self, *, uncached: int, output: int, took_s: float, now: float) -> None:
        """A first word, or an end."""
        self.load.observe(uncached=uncached, output=output, took_s=took_s)
        self.failures = 0
        self.observed_t = now

    def _hope(self, *, now: float) -> float:
        idle_s = 0.0 if self.running else max(0.0, now - self.observed_t - STALE_S)
        return min(MOST_HOPE, 2.0 ** (idle_s / STALE_S)) if self.load.seen else 1.0
