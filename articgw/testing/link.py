"""One direction of a network link: rate, delay, loss and a drop-tail queue; no clock, no sockets.

    packet ──▶ lost? ──▶ queue full? ──▶ waits until the link is free ──▶ served ──▶ delay ──▶ there
                 │             │           (the varying rate, integrated exactly)
             counts.lost  counts.overflowed

Drop-tail and first in, first out, as in the test cases of RFC 8867; a rate counts the bits of the
IP and UDP headers too. All draws come from the spec's seed: the same packets at the same times fare
the same.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from articgw.testing.loss import Loss, NoLoss

HEADER_BYTES = 28
"""IPv4 (20) and UDP (8), without options."""
DEFAULT_QUEUE_PACKETS = 1000
"""Linux's default length of an interface's queue; holds where a spec sets no limit."""


class Rate(Protocol):
    """How fast a link serves, over the seconds since it began."""

    @property
    def mean_bps(self) -> float:
        """The long-term mean, bits/s."""

    def bps(self, t: float) -> float:
        """The rate at ``t``, bits/s."""

    def done_at(self, begin_t: float, bits: float) -> float:
        """When ``bits`` whose service begins at ``begin_t`` have been served."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same rate for ever. Raises `ValueError` unless it is above 0."""

    mean_bps: float

    def __post_init__(self) -> None:
        if not self.mean_bps > 0:
            raise ValueError(f"a constant rate is above 0 bits/s, not {self.mean_bps}: use a cut")

    def bps(self, t: float) -> float:
        """As set."""
        return self.mean_bps

    def done_at(self, begin_t: float, bits: float) -> float:
        """``bits`` later."""
        return begin_t + bits / self.mean_bps


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """What a link is like. Set at most one limit of the queue."""

    rate: Rate | float | None = None
    """A `Rate` such as a trace, a constant in bits/s, or None: nothing waits."""
    delay_s: float = 0.0
    """One-way delay after service, s."""
    loss: Loss = NoLoss()
    """Strikes before the queue: what is lost takes no capacity."""
    queue_s: float | None = None
    """Queue limit as time at the mean rate, s."""
    queue_bytes: int | None = None
    """Queue limit, bytes with IP and UDP headers; one packet always fits."""
    queue_packets: int | None = None
    """Queue limit, packets, the one in service included."""
    seed: int = 0
    """Of the draws for loss."""

    @property
    def law(self) -> Rate | None:
        """The rate as a `Rate`; None: unlimited."""
        if isinstance(self.rate, int | float):
            return Constant(float(self.rate))
        return self.rate

    @property
    def limit_bytes(self) -> float:
        """The queue limit in bytes; infinite where it is in packets."""
        if self.queue_s is not None and (law := self.law) is not None:
            return self.queue_s * law.mean_bps / 8
        return float("inf") if self.queue_bytes is None else self.queue_bytes

    @property
    def limit_packets(self) -> float:
        """The queue limit in packets; infinite where it is in bytes."""
        if self.queue_packets is not None:
            return self.queue_packets
        return DEFAULT_QUEUE_PACKETS if self.limit_bytes == float("inf") else float("inf")


@dataclass(slots=True)
class Counts:
    """What became of the packets; bytes with IP and UDP headers. In = taken + lost + overflowed."""

    packets_in: int = 0
    bytes_in: int = 0
    packets_taken: int = 0
    """Delivered, or on the way."""
    bytes_taken: int = 0
    lost: int = 0
    """Packets dropped by the loss model or a cut."""
    overflowed: int = 0
    """Packets dropped by a full queue."""


class _Waiting(NamedTuple):
    done_t: float
    wire_bytes: int
    delivery_t: float


@dataclass(slots=True)
class Link:
    """A link that began at ``start_t``. Times are on one clock and never run backwards."""

    spec: LinkSpec
    start_t: float = 0.0
    counts: Counts = field(default_factory=Counts)
    _law: Rate | None = field(init=False)
    _draws: random.Random = field(init=False)
    _queue: deque[_Waiting] = field(init=False, default_factory=deque)
    _queue_bytes: int = field(init=False, default=0)
    _free_t: float = field(init=False, default=float("-inf"))
    _last_delivery_t: float = field(init=False, default=float("-inf"))
    """Of the newest packet that left the queue: nothing may overtake it."""
    _cut_until_t: float = field(init=False, default=float("-inf"))

    def __post_init__(self) -> None:
        self._obey()

    def _obey(self) -> None:
        self._law = self.spec.law
        self._draws = random.Random(self.spec.seed)

    def on_packet(self, size_bytes: int, now: float) -> float | None:
        """A packet of ``size_bytes`` of UDP payload: when it is delivered; None: it is dropped."""
        wire_bytes = size_bytes + HEADER_BYTES
        self._leave(now)
        self.counts.packets_in += 1
        self.counts.bytes_in += wire_bytes
        drawn = self._draws.random()
        if now < self._cut_until_t or drawn < self.spec.loss.chance(now - self.start_t):
            self.counts.lost += 1
            return None
        if self._queue and (
            len(self._queue) >= self.spec.limit_packets
            or self._queue_bytes + wire_bytes > self.spec.limit_bytes
        ):
            self.counts.overflowed += 1
            return None
        self.counts.packets_taken += 1
        self.counts.bytes_taken += wire_bytes
        return self._serve(wire_bytes, now)

    def queue_s(self, now: float) -> float:
        """How long a packet that comes now would wait for its service, s."""
        return max(0.0, self._free_t - now)

    def queue_bytes(self, now: float) -> int:
        """What waits or is being served, bytes with IP and UDP headers."""
        self._leave(now)
        return self._queue_bytes

    def queue_packets(self, now: float) -> int:
        """How many wait or are being served."""
        self._leave(now)
        return len(self._queue)

    def rate_bps(self, now: float) -> float | None:
        """The rate now, bits/s; None: unlimited."""
        return None if self._law is None else self._law.bps(now - self.start_t)

    def cut(self, seconds: float, now: float) -> None:
        """Lose everything that comes in the next ``seconds``; what is on the way arrives."""
        self._cut_until_t = now + seconds

    def change(self, spec: LinkSpec, now: float) -> list[float]:
        """Become another link that begins now; the queue, the counts and a cut stay.

        Returns the new delivery times of the packets that wait, oldest first; one in service
        begins anew. What has been served already keeps its time.
        """
        self._leave(now)
        waiting = list(self._queue)
        self._queue.clear()
        self._queue_bytes = 0
        self.spec, self.start_t, self._free_t = spec, now, now
        self._obey()
        return [self._serve(packet.wire_bytes, now) for packet in waiting]

    def _serve(self, wire_bytes: int, now: float) -> float:
        done_t = max(now, self._free_t)
        if self._law is not None:
            begin_t = done_t - self.start_t
            done_t = max(done_t, self.start_t + self._law.done_at(begin_t, wire_bytes * 8))
        self._free_t = done_t
        delivery_t = max(done_t + self.spec.delay_s, self._last_delivery_t)
        self._queue.append(_Waiting(done_t, wire_bytes, delivery_t))
        self._queue_bytes += wire_bytes
        return delivery_t

    def _leave(self, now: float) -> None:
        while self._queue and self._queue[0].done_t <= now:
            _, wire_bytes, self._last_delivery_t = self._queue.popleft()
            self._queue_bytes -= wire_bytes
