"""Datagrams leave when the link says so, in order, and never once the wire is closed."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.testing.link import LinkSpec
from articgw.testing.loss import RandomLoss
from articgw.testing.wire import EARLY_S, MAX_IN_FLIGHT_PACKETS, Passage, Wire


@dataclass
class FakeTimer:
    when: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeLoop:
    """An event loop's clock that is moved by hand, and wakes up ``late_s`` late."""

    def __init__(self, late_s: float = 0.0) -> None:
        self.now = 1000.0
        self.late_s = late_s
        self.timers: list[tuple[float, int, FakeTimer]] = []
        self._made = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None], /) -> FakeTimer:
        timer = FakeTimer(when, callback)
        self._made += 1
        heapq.heappush(self.timers, (when, self._made, timer))
        return timer

    def run_until(self, t: float) -> None:
        while self.timers and self.timers[0][0] + self.late_s <= t:
            when, _, timer = heapq.heappop(self.timers)
            if not timer.cancelled:
                self.now = max(self.now, when + self.late_s)
                timer.callback()
        self.now = t


@dataclass
class Bench:
    """A wire, and what came out of it when."""

    loop: FakeLoop
    wire: Wire
    out: list[tuple[float, bytes]]

    @classmethod
    def of(cls, spec: LinkSpec, late_s: float = 0.0) -> Bench:
        loop = FakeLoop(late_s)
        return cls(loop, Wire(spec, loop), [])

    def put(self, data: bytes) -> None:
        self.wire.put(data, lambda sent: self.out.append((self.loop.now - 1000.0, sent)))


def test_a_datagram_comes_out_after_rate_and_delay() -> None:
    bench = Bench.of(LinkSpec(rate=8 * 1028 * 100, delay_s=0.025))
    bench.put(b"a" * 1000)
    bench.put(b"b" * 1000)
    assert bench.wire.queue_s() == pytest.approx(0.020)
    bench.loop.run_until(1001.0)
    assert [t for t, _ in bench.out] == pytest.approx([0.035, 0.045], abs=EARLY_S + 1e-6)
    assert bench.wire.out_bps(1000.0, 1000.1) == pytest.approx(2 * 8 * 1028 / 0.1)
    assert bench.wire.in_bps(1000.0, 1000.1) == pytest.approx(2 * 8 * 1028 / 0.1)
    assert bench.wire.late_max_s == pytest.approx(0.0)


def test_without_rate_and_delay_it_comes_out_at_once() -> None:
    bench = Bench.of(LinkSpec())
    bench.put(b"a")
    assert bench.out == [(0.0, b"a")]
    assert bench.loop.timers == []


def test_a_late_loop_is_told() -> None:
    bench = Bench.of(LinkSpec(delay_s=0.010), late_s=0.003)
    bench.put(b"a")
    bench.loop.run_until(1001.0)
    assert bench.wire.late_max_s == pytest.approx(0.003 - EARLY_S)


@given(
    st.lists(st.tuples(st.floats(0, 0.03), st.integers(1, 1400)), max_size=50),
    st.sampled_from([None, 200e3, 5e6]),
    st.floats(0, 0.1),
    st.floats(0, 0.005),
    st.integers(0, 50),
)
def test_order_holds_and_nothing_is_early_or_late(
    packets: list[tuple[float, int]], rate: float | None, delay_s: float, late_s: float, at: int
) -> None:
    bench = Bench.of(LinkSpec(rate=rate, delay_s=delay_s, loss=RandomLoss(0.1)), late_s)
    for number, (gap_s, size_bytes) in enumerate(packets):
        bench.loop.run_until(bench.loop.now + gap_s)
        if number == at:
            bench.wire.change(LinkSpec(rate=100e3, delay_s=0.01))
        bench.put(number.to_bytes(1, "big") * size_bytes)
    bench.loop.run_until(bench.loop.now + 1000.0)
    numbers = [data[0] for _, data in bench.out]
    assert numbers == sorted(numbers)
    assert len(numbers) == bench.wire.link.counts.packets_taken
    if at >= len(packets):
        planned_t = [p.delivery_t for p in bench.wire.log if p.delivery_t is not None]
        for (t, _), plan_t in zip(bench.out, planned_t, strict=True):
            assert -EARLY_S <= t + 1000.0 - plan_t + 1e-9 <= late_s + 1e-6


def test_a_new_rate_takes_over_what_waits() -> None:
    bench = Bench.of(LinkSpec(rate=1_200_000))
    for _ in range(4):
        bench.put(b"x" * 1472)
    bench.loop.run_until(1000.015)
    assert len(bench.out) == 1
    bench.wire.change(LinkSpec(rate=120_000))
    bench.loop.run_until(1001.0)
    assert [t for t, _ in bench.out] == pytest.approx(
        [0.01, 0.115, 0.215, 0.315], abs=EARLY_S + 1e-6
    )


def test_a_cut_drops_and_is_told_to_the_listener() -> None:
    told: list[Passage] = []
    loop = FakeLoop()
    wire = Wire(LinkSpec(), loop, told.append)
    wire.cut(5.0)
    wire.put(b"abc", lambda data: None)
    loop.run_until(1006.0)
    wire.put(b"abcd", lambda data: None)
    assert told == [Passage(1000.0, 3, None), Passage(1006.0, 4, 1006.0)]
    assert list(wire.log) == told


def test_a_closed_wire_delivers_nothing() -> None:
    bench = Bench.of(LinkSpec(delay_s=0.1))
    bench.put(b"a")
    bench.wire.close()
    bench.put(b"b")
    bench.loop.run_until(1001.0)
    assert bench.out == []


def test_what_is_on_its_way_is_bounded() -> None:
    bench = Bench.of(LinkSpec(delay_s=60.0))
    for _ in range(MAX_IN_FLIGHT_PACKETS + 5):
        bench.put(b"")
    bench.loop.run_until(1100.0)
    assert len(bench.out) == MAX_IN_FLIGHT_PACKETS
