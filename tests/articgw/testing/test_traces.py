"""Traces are read to the letter, wrap, serve exactly what they say, and name a malformed line."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articgw.errors import ConfigError
from articgw.testing.link import Link, LinkSpec
from articgw.testing.traces import Trace, read_trace, steps, trace_files

SLOW_THEN_FAST = Trace([0.0, 1.0, 3.0], [1000.0, 4000.0])


def test_its_figures() -> None:
    trace = SLOW_THEN_FAST
    assert trace.period_s == 3.0
    assert trace.mean_bps == 3000.0
    assert [trace.bps(t) for t in (0.0, 0.9, 1.0, 2.9, 3.0, 4.0)] == [1e3, 1e3, 4e3, 4e3, 1e3, 4e3]
    assert trace.bits(0.5, 3.5) == 500 + 8000 + 500


@pytest.mark.parametrize(
    ("begin_t", "bits", "done_t"),
    [
        (0.0, 500, 0.5),
        (0.5, 2500, 1.5),
        (2.5, 2500, 3.5),
        (2.5, 2000, 3.0),
        (0.0, 9000 * 5 + 1000, 16.0),
        (7.0, 0, 7.0),
    ],
)
def test_service_runs_over_steps_and_wraps(begin_t: float, bits: float, done_t: float) -> None:
    assert SLOW_THEN_FAST.done_at(begin_t, bits) == pytest.approx(done_t)


def test_rate_zero_stalls() -> None:
    trace = Trace([0.0, 1.0, 2.0, 3.0], [1000.0, 0.0, 1000.0])
    assert trace.done_at(0.5, 500) == 1.0
    assert trace.done_at(0.5, 600) == pytest.approx(2.1)
    assert trace.done_at(1.2, 100) == pytest.approx(2.1)


RATES = st.lists(st.sampled_from([0.0, 3e3, 1e6, 40e6]), min_size=1, max_size=8).filter(any)


@given(RATES, st.floats(0, 100), st.floats(1, 50_000))
def test_exactly_the_bits_asked_for_fit_until_done(
    rates: list[float], begin_t: float, bits: float
) -> None:
    trace = Trace([0.1 * edge for edge in range(len(rates) + 1)], rates)
    done_t = trace.done_at(begin_t, bits)
    assert done_t >= begin_t
    assert trace.bits(begin_t, done_t) == pytest.approx(bits, abs=1.1)


def test_rounding_does_not_send_a_packet_through_a_stall() -> None:
    trace = Trace([0.0, 0.001, 60.0], [7 * 12e6, 0.0])
    link = Link(LinkSpec(rate=trace), start_t=12345.678)
    done = [link.on_packet(1472, 12345.678) for _ in range(7)]
    assert max(t or 0 for t in done) == pytest.approx(12345.679, abs=1e-6)


def test_steps_are_written_as_in_rfc_8867() -> None:
    trace = steps([(0, 1.0e6), (40, 2.5e6), (60, 0.6e6)], last_s=20)
    assert (trace.period_s, trace.bps(39.9), trace.bps(40), trace.bps(79)) == (
        80,
        1e6,
        2.5e6,
        0.6e6,
    )


def test_scaled_and_cut_to_a_part() -> None:
    scaled = SLOW_THEN_FAST.scaled_to(300.0)
    assert scaled.mean_bps == pytest.approx(300.0)
    assert scaled.bps(0) == pytest.approx(100.0)
    part = SLOW_THEN_FAST.part(0.5, 2.5)
    assert (part.period_s, part.bps(0.4), part.bps(0.6)) == (2.0, 1000.0, 4000.0)


@pytest.mark.parametrize(
    ("edges_s", "rates"),
    [
        ([0.0, 1.0], [0.0]),
        ([0.0, 1.0], [-1.0]),
        ([0.0, 1.0], [math.inf]),
        ([0.0, 1.0, 1.0], [1.0, 2.0]),
        ([1.0, 2.0], [1.0]),
        ([0.0, 1.0], [1.0, 2.0]),
        ([0.0], []),
    ],
)
def test_what_is_no_trace(edges_s: list[float], rates: list[float]) -> None:
    with pytest.raises(ValueError, match="trace"):
        Trace(edges_s, rates)


def test_a_csv_holds_bin_starts(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("time_s,mbps\n5.0,1\n5.1,0\n5.2,2\n")
    trace = read_trace(file)
    assert trace.period_s == pytest.approx(0.3)
    assert [trace.bps(t) for t in (0.05, 0.15, 0.25, 0.35)] == [1e6, 0, 2e6, 1e6]


@pytest.mark.parametrize("end", [".up", ".up.gz"])
def test_mahimahi_holds_chances_of_1500_bytes(tmp_path: Path, end: str) -> None:
    file = tmp_path / f"a{end}"
    text = b"2\n2\n5\n10\n"
    file.write_bytes(gzip.compress(text) if end.endswith("gz") else text)
    trace = read_trace(file)
    assert trace.period_s == 0.010
    assert trace.mean_bps == pytest.approx(4 * 12_000 / 0.010)
    assert trace.bits(0.002, 0.003) == pytest.approx(24_000)
    assert trace.bits(0.003, 0.005) == pytest.approx(0)
    assert trace.bits(0.010, 0.011) == pytest.approx(12_000)


MALFORMED = [
    ("a.csv", "", 1),
    ("a.csv", "time,rate\n0,1\n", 1),
    ("a.csv", "time_s,mbps\n0.0,1\n0.1\n", 3),
    ("a.csv", "time_s,mbps\n0.0,1\n0.1,x\n", 3),
    ("a.csv", "time_s,mbps\n0.0,1\n0.1,-1\n", 3),
    ("a.csv", "time_s,mbps\n0.0,1\n0.1,nan\n", 3),
    ("a.csv", "time_s,mbps\n0.1,1\n0.1,1\n", 3),
    ("a.csv", "time_s,mbps\n0.0,1\n1e9,1\n", 3),
    ("a.csv", "time_s,mbps\n0.0,1\n", 2),
    ("a.up", "", 1),
    ("a.up", "1\ntwo\n", 2),
    ("a.up", "5\n4\n", 2),
    ("a.up", "-1\n", 1),
    ("a.up", "1\n99999999999\n", 2),
    ("a.up", "0\n0\n", 2),
]


@pytest.mark.parametrize(("name", "text", "line"), MALFORMED)
def test_a_malformed_line_is_named(tmp_path: Path, name: str, text: str, line: int) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_trace(file)
    assert f"{name}:{line}: " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"1\n"),
        ("missing.csv", None),
        ("a.up.gz", b"no gzip"),
        ("b.up.gz", gzip.compress(b"1\n2\n")[:-6]),
        ("a.csv", b"\xff\xfe"),
        ("b.csv", b"time_s,mbps\n0,0\n1,0\n"),
    ],
)
def test_a_file_that_is_no_trace_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        read_trace(tmp_path / name)


def test_a_folder_of_traces(tmp_path: Path) -> None:
    for name in ("b.up", "confidence.csv", "a.csv", "deep.txt"):
        (tmp_path / name).touch()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.up.gz").touch()
    found = [path.name for path in trace_files(tmp_path)]
    assert found == ["a.csv", "b.up", "c.up.gz"]


def test_the_provided_traces_are_read(artic_data: Path) -> None:
    files = trace_files(artic_data / "traces")
    assert len(files) >= 2
    for file in (files[0], *[f for f in files if "TMobile-UMTS" in f.name or "5g_03" in f.name]):
        trace = read_trace(file)
        assert 10 < trace.period_s < 3600, file.name
        assert 50e3 < trace.mean_bps < 200e6, file.name


def test_a_provided_trace_serves_what_its_file_says(artic_data: Path) -> None:
    file = artic_data / "traces" / "mahimahi" / "ATT-LTE-driving-2016.up.gz"
    if not file.exists():
        pytest.skip(f"no {file.name} in the provided data")
    with gzip.open(file, "rt") as lines:
        chances_ms = [int(line) for line in lines]
    trace = read_trace(file)
    assert trace.bits(0, trace.period_s) == pytest.approx(len(chances_ms) * 12_000)
    link = Link(LinkSpec(rate=trace, queue_packets=10**6))
    done = [link.on_packet(1472, 0.0) for _ in range(2000)]
    wrapped_ms = sorted(ms % chances_ms[-1] for ms in chances_ms)[: len(done)]
    late_ms = [(t or 0) * 1000 - ms for t, ms in zip(done, wrapped_ms, strict=True)]
    assert 0 <= min(late_ms) and max(late_ms) <= 1.0 + 1e-6
