"""Which packets to ask for again, and when.

A packet is asked for at once when the gap shows (RFC 4585, 6.2.1), and again one round trip later
for as long as it would still be of use: in a burst of loss the repeat, or the request, is lost too.
The round trip is what a repeat takes. What was lost twice is in such a burst, and is asked for
each half of one: at 40 % loss one packet in 150 needs six round trips, and a picture waits for all
of its packets. (Chromium answers only once a round trip, whatever is asked.)
"""

from __future__ import annotations

from dataclasses import dataclass

GIVE_UP_S = 1.0
"""Senders keep about a second; a second-old picture is of no use either."""
SILENCE_S = 2.0
"""What was lost while the link was gone for so long is not worth asking for: pictures of then would
come before those of now. Idle senders are silent for a second."""
MAX_MISSING = 512
LOST_TWICE = 2
FIRST_RTT_S = 0.1
LEAST_RETRY_S = 0.02
SLACK_S = 0.01
"""The sender's pacing and both event loops."""


@dataclass(slots=True)
class _Missing:
    since_t: float
    asked_t: float | None = None
    asked_times: int = 0


class NackSchedule:
    """One video stream."""

    def __init__(self) -> None:
        self.rtt_s = FIRST_RTT_S
        self.lost = 0
        """Packets that did not come when they were due, so far."""
        self.mended = 0
        """Of these, those that came when asked for."""
        self.given_up = 0
        """Times that what was missing was let go at once: only a key frame helps then."""
        self._highest: int | None = None
        self._heard_t = 0.0
        self._missing: dict[int, _Missing] = {}

    def on_packet(self, sequence_number: int, *, now: float) -> bool:
        """True where this packet shows that others before it are missing."""
        silent = now - self._heard_t > SILENCE_S
        self._heard_t = now
        if self._highest is None:
            self._highest = sequence_number
            return False
        ahead = (sequence_number - self._highest) & 0xFFFF
        if ahead == 0 or ahead >= 1 << 15:
            self._arrived(sequence_number, now)
            return False
        first = self._highest + 1
        self._highest = sequence_number
        if ahead > 1 and (silent or ahead - 1 > MAX_MISSING):
            self._missing.clear()
            self.given_up += 1
            return False
        for number in range(first, first + ahead - 1):
            self._missing[number & 0xFFFF] = _Missing(now)
        for number in list(self._missing)[:-MAX_MISSING]:
            del self._missing[number]
        self.lost += ahead - 1
        return ahead > 1

    @property
    def waits(self) -> bool:
        """Something is missing that may still come."""
        return bool(self._missing)

    def due(self, *, now: float) -> list[int]:
        """The sequence numbers to ask for now; they count as asked."""
        if not self._missing:
            return []
        for number in [n for n, m in self._missing.items() if now - m.since_t > GIVE_UP_S]:
            del self._missing[number]
        retry_s = max(LEAST_RETRY_S, self.rtt_s + SLACK_S)
        burst_retry_s = max(LEAST_RETRY_S, self.rtt_s / 2)
        asked = []
        for number, missing in self._missing.items():
            wait_s = burst_retry_s if missing.asked_times >= LOST_TWICE else retry_s
            if missing.asked_t is None or now - missing.asked_t >= wait_s:
                missing.asked_t = now
                missing.asked_times += 1
                asked.append(number)
        return asked[-MAX_MISSING:]

    def forget_before(self, sequence_number: int) -> None:
        """What is older than this is not waited for any more."""
        old = [n for n in self._missing if 0 < (sequence_number - n) & 0xFFFF < 1 << 15]
        for number in old:
            del self._missing[number]

    def _arrived(self, sequence_number: int, now: float) -> None:
        missing = self._missing.pop(sequence_number, None)
        if missing is None or missing.asked_t is None:
            return
        self.mended += 1
        if missing.asked_times == 1:
            self.rtt_s += 0.25 * (now - missing.asked_t - self.rtt_s)
