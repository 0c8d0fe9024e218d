"""When which packet came is kept, and told to the sender each 50 ms, or 10, while packets come.

Numbers are the sender's, one row over all its streams, 16 bits. A packet that comes after others
that were told of already is told of late: the row is told again from it on, as libwebrtc does
(modules/remote_bitrate_estimator/transport_sequence_number_feedback_generator.cc). What was missing
in one report and is there in the next one counts as come.
"""

from __future__ import annotations

from articgw.transport_cc.report import (
    LEAST_STEP,
    MAX_COUNT,
    MOST_STEP,
    TICKS_PER_S,
    TICKS_WRAP,
    Report,
)

EVERY_S = 0.05
"""libwebrtc's own receivers take 50 ms to 250 ms, by rate."""
PROMPT_S = 0.01
"""For a sender that paces its frames by it (`artic_abr.report.PROMPT`)."""
LATE_S = 0.5
"""Older packets are not told of again (libwebrtc's back window)."""
MAX_LATE = 3000
"""A larger step back is a new row: libwebrtc's limit for reordering."""
MAX_ARRIVALS = 180
"""At worst six bytes each, a datagram is not longer than 1200."""


class TransportFeedback:
    """All packets of one transport."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._ticks: dict[int, int] = {}
        """Every packet from ``_floor`` on that has come, in the order of their coming."""
        self._highest: int | None = None
        self._floor = 0
        self._next = 0
        """The first number that was not told of."""
        self._told_t: float | None = None
        self._number = 0

    def on_packet(self, transport_number: int, *, now: float) -> None:
        """``transport_number``: as in the header extension, 16 bits."""
        number = self._unwrap(transport_number)
        if number < self._floor or number in self._ticks:
            return
        self._ticks[number] = int(now * TICKS_PER_S)
        self._next = min(self._next, number)
        self._forget(now)

    def due(self, *, now: float) -> list[Report]:
        """The reports to send now; they count as sent. Often none, more than one after a stall."""
        new = self._highest is not None and self._next <= self._highest
        if not new or (self._told_t is not None and 0 <= now - self._told_t < self._every_s):
            return []
        self._told_t = now
        numbers = sorted(number for number in self._ticks if number >= self._next)
        reports = []
        while numbers:
            told = self._fitting(numbers)
            reports.append(self._report(told))
            numbers = numbers[len(told) :]
        return reports

    def _unwrap(self, transport_number: int) -> int:
        highest = transport_number if self._highest is None else self._highest
        step = (transport_number - highest + (1 << 15)) % (1 << 16) - (1 << 15)
        number = highest + step
        if self._highest is None or step < -MAX_LATE:
            self._ticks.clear()
            self._highest = self._next = number
            self._floor = number - MAX_LATE
        self._highest = max(self._highest, number)
        return number

    def _forget(self, now: float) -> None:
        oldest_tick = int((now - LATE_S) * TICKS_PER_S)
        while self._ticks:
            number = next(iter(self._ticks))
            if self._ticks[number] >= oldest_tick or number >= self._next:
                break
            del self._ticks[number]
            self._floor = max(self._floor, number + 1)

    def _fitting(self, numbers: list[int]) -> list[int]:
        """The first of them that one report holds."""
        for place, number in enumerate(numbers):
            step = self._ticks[number] - self._ticks[numbers[max(0, place - 1)]]
            fits = number - self._next < MAX_COUNT and LEAST_STEP <= step <= MOST_STEP
            if place and (place == MAX_ARRIVALS or not fits):
                return numbers[:place]
        return numbers

    def _report(self, numbers: list[int]) -> Report:
        first, end = self._next, numbers[-1] + 1
        arrivals = tuple((number - first, self._ticks[number] % TICKS_WRAP) for number in numbers)
        report = Report(first & 0xFFFF, end - first, arrivals, self._number)
        self._number = (self._number + 1) & 0xFF
        self._next = end
        return report
