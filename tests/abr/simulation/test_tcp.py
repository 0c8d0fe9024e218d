"""TCP fills what it is given."""

from __future__ import annotations

import heapq
from itertools import count
from typing import Any

from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.service import constant
from artic_abr.simulation.tcp import long_tcp, short_tcp


def play(begins: list[Any], link: Link) -> None:
    events: list[Any] = []
    order = count()

    def at(t: float, what: Any, about: Any = None) -> None:
        heapq.heappush(events, (t, next(order), what, about))

    for begin in begins:
        begin(link, at)
    while events:
        t, _, what, about = heapq.heappop(events)
        what(t, about)


class Counting(Link):
    bytes = 0

    def send(self, t: float, size_bytes: int) -> float | None:
        arrived_t = super().send(t, size_bytes)
        self.bytes += size_bytes if arrived_t is not None else 0
        return arrived_t


def test_a_long_transfer_uses_most_of_the_link() -> None:
    link = Counting(LinkShape(constant(2e6), queue_packets=None, queue_s=0.3))
    play([long_tcp(0, 20, 0.025)], link)
    assert 8 * link.bytes / 20 > 1.7e6


def test_short_transfers_begin_and_rest() -> None:
    link = Counting(LinkShape(constant(2e6)))
    play([short_tcp(0, 100, 0.025, seed=k, begins_on=k < 2) for k in range(10)], link)
    assert 10 * 30e3 < link.bytes < 200 * 50e3
