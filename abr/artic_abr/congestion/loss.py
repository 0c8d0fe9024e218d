"""Loss: a little is the radio's, much is a full queue's.

Source: draft-ietf-rmcat-gcc-02, section 6: above 10 % the rate falls by half the lost share. There
it falls with each report, and 2 to 10 % holds; here, because a wireless uplink loses 5 % with an
empty queue, loss lowers the rate once a second and only by what was lost in that second, and
between 2 and 10 % it is no reason by itself.
"""

from __future__ import annotations

MUCH = 0.10
WINDOW_S = 1.0
LEAST_PACKETS = 10
MOST_WINDOW_S = 5.0


class Loss:
    """``factor`` is what the rate is multiplied with; 1 where there is no reason."""

    def __init__(self) -> None:
        self._since_t: float | None = None
        self._came = self._lost = 0

    def on_packets(self, came: int, lost: int, now: float) -> float:
        """Counts of a report; the factor."""
        if self._since_t is None or not 0 <= now - self._since_t <= MOST_WINDOW_S:
            self._since_t, self._came, self._lost = now, 0, 0
        self._came += came
        self._lost += lost
        total = self._came + self._lost
        if now - self._since_t < WINDOW_S or total < LEAST_PACKETS:
            return 1.0
        share = self._lost / total
        self._since_t, self._came, self._lost = now, 0, 0
        return 1.0 - 0.5 * share if share > MUCH else 1.0
