"""One direction of a link: a queue that drops what does not fit, a capacity, a distance.

    send ─▶ loss ─▶ drop-tail queue ─▶ S(t) ─▶ propagation + jitter ─▶ arrival

The queue is first in, first out, so a packet's arrival is known the moment it is sent:
F = S⁻¹(max(S(t), S(F before)) + size). Jitter is that of RFC 8868, section 4.5.3 (no reordering,
the size of a truncated Gaussian); reordering is a separate choice.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

from artic_abr.simulation.service import Service


@dataclass(frozen=True, slots=True)
class LinkShape:
    """What a link is like."""

    service: Service
    propagation_s: float = 0.025
    queue_packets: int | None = 30
    """Drop-tail in packets (Artic runs Mahimahi with 30); None for no such limit."""
    queue_s: float | None = None
    """Drop-tail in waiting time (RFC 8867: 0.3 s); None for no such limit."""
    loss: float = 0.0
    """Share of packets lost at random."""
    burst_packets: float = 1.0
    """Mean length of a run of losses (Gilbert, Bell Syst. Tech. J. 39, 1960); 1: each by itself."""
    jitter_s: float = 0.0
    """Standard deviation of the Gaussian whose size is added, cut at three of it."""
    reordered: float = 0.0
    """Share of packets that are late by `reorder_s` and let others pass."""
    reorder_s: float = 0.01
    other_bps: float = 0.0
    """Constant cross traffic in the same queue, taken from what the link serves."""


class Link:
    """One link at work. Packets are sent in order of time."""

    def __init__(self, shape: LinkShape, seed: int = 0) -> None:
        self._shape = shape
        self._service = shape.service
        self._random = random.Random(seed)
        self._losing = False
        self._departures: deque[float] = deque()
        self._served_upto = 0.0
        self._departed_t = 0.0
        self._arrived_t = 0.0
        self._other_t = 0.0

    def send(self, t: float, size_bytes: int) -> float | None:
        """When it arrives, s; None where it is lost."""
        shape = self._shape
        if shape.other_bps:
            self._let_others_in(t)
        if shape.loss and self._is_lost():
            return None
        if not self._enqueue(t, size_bytes):
            return None
        arrived_t = self._departed_t + shape.propagation_s
        if shape.jitter_s:
            late = min(abs(self._random.gauss(0.0, shape.jitter_s)), 3 * shape.jitter_s)
            arrived_t += late
        if shape.reordered and self._random.random() < shape.reordered:
            return arrived_t + shape.reorder_s
        self._arrived_t = arrived_t = max(arrived_t, self._arrived_t)
        return arrived_t

    def _is_lost(self) -> bool:
        shape = self._shape
        share = shape.loss
        if shape.burst_packets > 1:
            begins = shape.loss / (shape.burst_packets * (1 - shape.loss))
            share = 1 - 1 / shape.burst_packets if self._losing else begins
        self._losing = self._random.random() < share
        return self._losing

    def waits_s(self, t: float) -> float:
        """How long a packet of no size would wait now."""
        return max(0.0, self._departed_t - t)

    def _enqueue(self, t: float, size_bytes: int) -> bool:
        shape, departures = self._shape, self._departures
        if shape.queue_s is not None and self._departed_t - t > shape.queue_s:
            return False
        if shape.queue_packets is not None:
            while departures and departures[0] <= t:
                departures.popleft()
            if len(departures) >= shape.queue_packets:
                return False
        self._served_upto = max(self._service.at(t), self._served_upto) + size_bytes
        self._departed_t = max(t, self._service.when(self._served_upto))
        if shape.queue_packets is not None:
            departures.append(self._departed_t)
        return True

    def _let_others_in(self, t: float) -> None:
        step_s = 8 * 1200 / self._shape.other_bps
        while self._other_t <= t:
            self._enqueue(self._other_t, 1200)
            self._other_t += step_s
