"""Bits are counted down to IP, and a frame is there when its last packet is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench._codecs_wire import (
    LINK_DELAY_S,
    OVERHEAD_BYTES,
    PAYLOAD_BYTES,
    Coded,
    ages_s,
    carried,
    h264_payload_bytes,
    mean_bps,
    newest,
    over_cap,
    wire_bits,
)


def frame(number: int, captured_t: float, bits: int, arrived_t: float = math.inf) -> Coded:
    return Coded(number, captured_t, b"", bits, number == 0, arrived_t)


@pytest.mark.parametrize(
    ("payload_bytes", "packets"),
    [(0, 0), (1, 1), (PAYLOAD_BYTES, 1), (PAYLOAD_BYTES + 1, 2), (10 * PAYLOAD_BYTES, 10)],
)
def test_every_packet_pays_its_headers(payload_bytes: int, packets: int) -> None:
    assert wire_bits(payload_bytes) == 8 * (payload_bytes + packets * OVERHEAD_BYTES)


def test_start_codes_and_settings_of_the_encoder_are_not_sent() -> None:
    sps, sei, slice_ = b"\x67abc", b"\x06settings", b"\x65picture\x00\x00\x03\x01"
    data = b"\x00\x00\x00\x01" + sps + b"\x00\x00\x01" + sei + b"\x00\x00\x00\x01" + slice_
    assert h264_payload_bytes(data) == len(sps) + len(slice_)


def test_a_frame_waits_for_those_before_it() -> None:
    sent = carried([frame(0, 0.0, 20_000), frame(1, 0.1, 1_000), frame(2, 5.0, 1_000)], 10_000)
    arrived = [one.arrived_t - LINK_DELAY_S for one in sent]
    assert arrived == pytest.approx([2.0, 2.1, 5.1])


@given(
    st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 100_000)), min_size=1, max_size=30),
    st.floats(1_000, 1_000_000),
)
def test_no_link_carries_more_than_its_rate(
    steps: list[tuple[float, int]], rate_bps: float
) -> None:
    times = np.cumsum([gap for gap, _ in steps]).tolist()
    frames = [frame(n, t, bits) for n, (t, (_, bits)) in enumerate(zip(times, steps, strict=True))]
    sent = carried(frames, rate_bps)
    for one in sent:
        assert one.arrived_t >= one.captured_t + one.wire_bits / rate_bps
    assert [one.number for one in sorted(sent, key=lambda one: one.arrived_t)] == list(
        range(len(sent))
    )
    total = sum(bits for _, bits in steps)
    assert sent[-1].arrived_t >= times[0] + total / rate_bps - 1e-6


def test_the_newest_frame_that_has_come_is_looked_at() -> None:
    frames = [frame(0, 0.0, 1, 0.5), frame(1, 1.0, 1, 1.5), frame(2, 2.0, 1, 9.0)]
    looked_at = [newest(frames, t) for t in (0.4, 0.5, 1.4, 3.0, 9.0)]
    assert [None if one is None else one.number for one in looked_at] == [None, 0, 0, 1, 2]


def test_a_frame_ages_until_a_newer_one_comes() -> None:
    frames = [frame(0, 0.0, 1, 0.5), frame(1, 1.0, 1, 1.2)]
    ages = ages_s(frames, 0.0, 2.0, 0.1)
    assert np.isinf(ages[:5]).all()
    assert ages[[6, 11]] == pytest.approx([0.6, 1.1])
    assert ages[[13, 19]] == pytest.approx([0.3, 0.9])


def test_a_frame_overtaken_by_a_newer_one_makes_nothing_older() -> None:
    frames = [frame(1, 1.0, 1, 1.1), frame(0, 0.0, 1, 1.5)]
    assert ages_s(frames, 1.6, 1.7, 0.1) == pytest.approx([0.6])


def test_the_busiest_second_is_what_exceeds_the_cap() -> None:
    even = [frame(n, n / 5, 20_000) for n in range(10)]
    burst = [frame(n, n / 5, 40_000 if 2 <= n < 5 else 20_000) for n in range(10)]
    assert over_cap(even, 100_000, 2.0) == pytest.approx(0.0)
    assert over_cap(burst, 100_000, 2.0) == pytest.approx(0.6)
    assert mean_bps(even, 2.0) == pytest.approx(100_000)
