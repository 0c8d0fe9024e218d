"""Cross traffic that fills the queue: a TCP sender with New Reno's window (RFC 5681, RFC 6582).

Slow start until the first loss, one packet more per round trip after it, half on a loss and not
again within a round trip. Acknowledgements come back undisturbed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from artic_abr.simulation.link import Link

SEGMENT_BYTES = 1500
At = Callable[..., None]


@dataclass(slots=True)
class _Tcp:
    link: Link
    at: At
    back_s: float
    end_t: float
    left_bytes: float
    done: Callable[[float], None]
    window: float = 10.0
    slow_start_upto: float = 1e9
    in_flight: int = 0
    halved_t: float = -1e9

    def begin(self, now: float) -> None:
        self._fill(now)

    def _fill(self, now: float) -> None:
        while self.in_flight < int(self.window) and self.left_bytes > 0 and now < self.end_t:
            self.in_flight += 1
            self.left_bytes -= SEGMENT_BYTES
            arrived_t = self.link.send(now, SEGMENT_BYTES)
            if arrived_t is None:
                hears_s = 2 * self.back_s + self.link.waits_s(now)
                self.at(now + max(hears_s, 1e-3), self._lost, now)
            else:
                self.at(arrived_t + self.back_s, self._acked, now)

    def _acked(self, now: float, _: Any) -> None:
        self.in_flight -= 1
        self.window += 1.0 if self.window < self.slow_start_upto else 1.0 / self.window
        self._go_on(now)

    def _lost(self, now: float, sent_t: float) -> None:
        self.in_flight -= 1
        self.left_bytes += SEGMENT_BYTES
        if sent_t > self.halved_t:
            self.halved_t = now
            self.window = self.slow_start_upto = max(2.0, self.window / 2)
        self._go_on(now)

    def _go_on(self, now: float) -> None:
        if self.left_bytes <= 0 and self.in_flight == 0:
            self.done(now)
        else:
            self._fill(now)


def long_tcp(begin_s: float, end_s: float, back_s: float) -> Callable[[Link, At], None]:
    """One transfer without end."""

    def begin(link: Link, at: At) -> None:
        tcp = _Tcp(link, at, back_s, end_s, float("inf"), lambda now: None)
        at(begin_s, lambda now, _: tcp.begin(now))

    return begin


def short_tcp(
    begin_s: float, end_s: float, back_s: float, *, seed: int, begins_on: bool
) -> Callable[[Link, At], None]:
    """Transfers of 30 to 50 KB with idle times of 10 s in the mean (RFC 8867, section 5.7)."""

    def begin(link: Link, at: At) -> None:
        chance = random.Random(seed)

        def transfer(now: float, _: Any) -> None:
            size_bytes = chance.uniform(30e3, 50e3)
            _Tcp(link, at, back_s, end_s, size_bytes, rest).begin(now)

        def rest(now: float) -> None:
            next_t = now + chance.expovariate(1 / 10.0)
            if next_t < end_s:
                at(next_t, transfer)

        if begins_on:
            at(begin_s, transfer)
        else:
            rest(begin_s)

    return begin
