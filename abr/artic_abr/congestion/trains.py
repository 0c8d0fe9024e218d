"""Trains: each frame's packets are a probe of the capacity.

At one to five frames a second a delay gradient has nothing to differentiate; but a frame leaves
faster than the link carries, and how its packets are spread when they arrive is the link's rate
(packet trains: Keshav 1991, Jain and Dovrolis 2002; frames as trains: SQP, Ray et al. 2022). The
rate is told as a ratio of sums over the last second, bytes by the time that the link worked on
them:

    c = Σ size / Σ (arrived − max(arrived before, sent + d₀))   over packets that followed another

A train's first packet counts only where it waited longer than jitter makes it (`jitter.py`), as
then the link was slow though empty. A packet that took longer than a stall does stands for an
outage and not for a rate: it counts as one stall.
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 1.0
PACKETS = 10
"""At few frames a second the window holds at least so many."""
OLD_S = 5.0
TRAIN_GAP_S = 0.012
JITTER_S = 0.010
"""At least, where less is known."""
STALL_S = 0.1
LEAST_GAP_S = 1e-5


class Trains:
    """``capacity_bps`` of the last trains; None where there were none."""

    def __init__(self) -> None:
        self.jitter_s = 0.0
        """What a packet may wait on an empty link."""
        self._worked: deque[tuple[float, int, float]] = deque()
        self.forget()

    def forget(self) -> None:
        """A clock was set."""
        self._worked.clear()
        self._bytes, self._gap_s = 0, 0.0
        self._sent_t: float | None = None
        self._arrived_t = 0.0

    def on_packet(self, sent_t: float, arrived_t: float, size_bytes: int, base_s: float) -> None:
        """One that came, in the order sent."""
        before_sent_t, before_t = self._sent_t, self._arrived_t
        self._sent_t, self._arrived_t = sent_t, max(arrived_t, before_t)
        if before_sent_t is None or arrived_t < before_t:
            return
        free_t = sent_t + base_s
        if sent_t - before_sent_t <= TRAIN_GAP_S or before_t > free_t:
            gap_s = arrived_t - before_t
        else:
            gap_s = arrived_t - free_t
            if gap_s <= max(JITTER_S, self.jitter_s):
                return
        gap_s = min(max(gap_s, LEAST_GAP_S), STALL_S)
        self._worked.append((arrived_t, size_bytes, gap_s))
        self._bytes += size_bytes
        self._gap_s += gap_s
        self._drop_old(arrived_t)

    def capacity_bps(self, now_arrived_t: float) -> float | None:
        """Of the trains up to the newest arrival."""
        if not self._worked or now_arrived_t - self._worked[-1][0] > OLD_S:
            return None
        return 8 * self._bytes / max(self._gap_s, LEAST_GAP_S)

    def _drop_old(self, arrived_t: float) -> None:
        worked = self._worked
        while worked and (
            (worked[0][0] < arrived_t - WINDOW_S and len(worked) > PACKETS)
            or worked[0][0] < arrived_t - OLD_S
        ):
            _, size_bytes, gap_s = worked.popleft()
            self._bytes -= size_bytes
            self._gap_s -= gap_s
