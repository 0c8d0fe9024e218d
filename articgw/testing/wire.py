"""Datagrams that take their time: a `Link` driven by the event loop's clock.

One timer serves the oldest packet on its way, so order holds to the letter. The event loop rounds
timers up to its next millisecond, so they are set half of that early: a datagram leaves within half
a millisecond of its time. `late_max_s` tells how late a busy loop really was; a process that relays
for a measurement should ask to go first (`articgw.priority`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple, Protocol

from articgw.testing.link import HEADER_BYTES, Link, LinkSpec

MAX_IN_FLIGHT_PACKETS = 20_000
"""On the way in one direction of a call: 2 s at 100 Mb/s."""
LOG_PACKETS = 100_000
"""Remembered for each direction of a call: 15 minutes of video."""
EARLY_S = 0.0005
"""Half of what asyncio rounds a timer up to."""

Send = Callable[[bytes], None]


class Timer(Protocol):
    """What `call_at` gives: asyncio's TimerHandle."""

    def cancel(self) -> None:
        """Not any more."""


class Loop(Protocol):
    """The part of asyncio's event loop that is needed here."""

    def time(self) -> float:
        """Now, s."""

    def call_at(self, when: float, callback: Callable[[], None], /) -> Timer:
        """Call ``callback`` at a time."""


class Passage(NamedTuple):
    """What a link did with one packet; times on the event loop's clock (`time.monotonic`)."""

    t: float
    """When it came, s."""
    size_bytes: int
    """UDP payload."""
    delivery_t: float | None
    """When it leaves, as planned then; None: dropped."""


OnPacket = Callable[[Passage], None]


class Wire:
    """One direction of a call."""

    def __init__(self, spec: LinkSpec, loop: Loop, on_packet: OnPacket | None = None) -> None:
        self._loop = loop
        self._on_packet = on_packet
        self._on_way: deque[tuple[float, bytes, Send]] = deque()
        self._timer: Timer | None = None
        self._closed = False
        self.link = Link(spec, loop.time())
        """Its counts and its queue."""
        self.log: deque[Passage] = deque(maxlen=LOG_PACKETS)
        """The last packets, oldest first."""
        self.late_max_s = 0.0
        """The worst delay by the event loop, on top of the link's."""

    def put(self, data: bytes, send: Send) -> None:
        """A datagram comes; ``send`` is called with it when it is through."""
        now = self._loop.time()
        if self._closed or len(self._on_way) >= MAX_IN_FLIGHT_PACKETS:
            return
        passage = Passage(now, len(data), self.link.on_packet(len(data), now))
        self.log.append(passage)
        if self._on_packet is not None:
            self._on_packet(passage)
        if passage.delivery_t is not None:
            self._on_way.append((passage.delivery_t, data, send))
            if len(self._on_way) == 1:
                self._deliver()

    def change(self, spec: LinkSpec) -> None:
        """The link becomes another one, now; what waits in its queue is served by the new one."""
        times = self.link.change(spec, self._loop.time())
        times = times[max(0, len(times) - len(self._on_way)) :]
        waiting = [self._on_way.pop() for _ in times][::-1]
        for delivery_t, (_, data, send) in zip(times, waiting, strict=True):
            self._on_way.append((delivery_t, data, send))
        self._deliver()

    def cut(self, seconds: float) -> None:
        """Lose what comes in the next ``seconds``."""
        self.link.cut(seconds, self._loop.time())

    def queue_s(self) -> float:
        """How long the link's queue is now, s."""
        return self.link.queue_s(self._loop.time())

    def in_bps(self, from_t: float, to_t: float) -> float:
        """What was sent into it between two times, bits/s with IP and UDP headers."""
        return self._bps(from_t, to_t, [(p.t, p.size_bytes) for p in self.log])

    def out_bps(self, from_t: float, to_t: float) -> float:
        """What came out of it between two times, bits/s with IP and UDP headers."""
        through = [(p.delivery_t, p.size_bytes) for p in self.log if p.delivery_t is not None]
        return self._bps(from_t, to_t, through)

    def close(self) -> None:
        """Drop what is on its way."""
        self._closed = True
        self._on_way.clear()
        self._deliver()

    def _deliver(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._loop.time()
        while self._on_way and self._on_way[0][0] <= now + EARLY_S:
            delivery_t, data, send = self._on_way.popleft()
            self.late_max_s = max(self.late_max_s, now - delivery_t)
            send(data)
        if self._on_way:
            self._timer = self._loop.call_at(self._on_way[0][0] - EARLY_S, self._deliver)

    @staticmethod
    def _bps(from_t: float, to_t: float, packets: list[tuple[float, int]]) -> float:
        sizes = [size + HEADER_BYTES for t, size in packets if from_t <= t < to_t]
        return 8 * sum(sizes) / (to_t - from_t)
