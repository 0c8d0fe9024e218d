"""One report to the sender, and its bytes: what follows the two SSRCs of RTCP RTPFB, format 15.

    base number 16 | packet count 16 | reference time 24, 64 ms | report number 8
    status chunks …                                             (`chunks`)
    times since the packet before, 250 us: 8 bits, or 16 with a sign …
    zeros to a multiple of four bytes

draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

from articgw.transport_cc.chunks import Status, pack_chunks, unpack_chunks

TICKS_PER_S = 4000
MAX_COUNT = 0xFFFF
LEAST_STEP, MOST_STEP = -(1 << 15), (1 << 15) - 1
"""Ticks between two packets of one report; 8.2 s."""
_HEAD_BYTES = 8
_REFERENCE_SHIFT = 8
_MOST_SMALL = 0xFF
TICKS_WRAP = 1 << 32
"""The reference time wraps after twelve days."""


@dataclass(frozen=True, slots=True)
class Report:
    """Packets of consecutive numbers, some of which have come."""

    base: int
    """Number of the first packet, 16 bits."""
    count: int
    """How many packets it is about."""
    arrivals: tuple[tuple[int, int], ...]
    """Those that have come: place in the row, rising, and when, in ticks modulo `TICKS_WRAP`."""
    number: int
    """Of the report itself, 8 bits: a sender sees by it that one was lost."""


def pack(report: Report) -> bytes:
    """Raises `ValueError` where nothing has come, or the report does not fit its fields."""
    if not report.arrivals:
        raise ValueError("a report is about at least one packet that has come")
    places = [place for place, _ in report.arrivals]
    if not 0 < report.count <= MAX_COUNT or not 0 <= places[0] <= places[-1] < report.count:
        raise ValueError(f"{report.count} packets, of which those at {places} have come")
    ticks = [tick for _, tick in report.arrivals]
    reference = (ticks[0] >> _REFERENCE_SHIFT) % (1 << 24)
    steps = [ticks[0] % (1 << _REFERENCE_SHIFT), *(_step(a, b) for a, b in pairwise(ticks))]
    statuses, times = bytearray(report.count), bytearray()
    for place, step in zip(places, steps, strict=True):
        if 0 <= step <= _MOST_SMALL:
            statuses[place] = Status.SMALL
            times.append(step)
        elif LEAST_STEP <= step <= MOST_STEP:
            statuses[place] = Status.LARGE
            times += struct.pack("!h", step)
        else:
            raise ValueError(f"{step} ticks between two packets do not fit")
    head = struct.pack(
        "!HHL", report.base & 0xFFFF, report.count, reference << 8 | report.number & 0xFF
    )
    data = head + pack_chunks(bytes(statuses)) + times
    return data + bytes(-len(data) % 4)


def unpack(data: bytes) -> Report:
    """The reverse. Raises `ValueError` where ``data`` is none."""
    if len(data) < _HEAD_BYTES:
        raise ValueError(f"a report has at least {_HEAD_BYTES} bytes, not {len(data)}")
    base, count, reference_and_number = struct.unpack_from("!HHL", data)
    statuses, used = unpack_chunks(data[_HEAD_BYTES:], count)
    at = _HEAD_BYTES + used
    tick = reference_and_number >> 8 << _REFERENCE_SHIFT
    arrivals = []
    for place, status in enumerate(statuses):
        if status == Status.MISSING:
            continue
        form, size = ("!B", 1) if status == Status.SMALL else ("!h", 2)
        if at + size > len(data):
            raise ValueError("the times of some packets are missing")
        (step,) = struct.unpack_from(form, data, at)
        at += size
        tick = (tick + step) % TICKS_WRAP
        arrivals.append((place, tick))
    return Report(base, count, tuple(arrivals), reference_and_number & 0xFF)


def _step(tick: int, next_tick: int) -> int:
    half = TICKS_WRAP // 2
    return (next_tick - tick + half) % TICKS_WRAP - half
