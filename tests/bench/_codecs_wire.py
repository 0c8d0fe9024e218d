"""What a coded frame costs on the wire, when it arrives, and how old the newest frame then is.

    packets   of PAYLOAD_BYTES at most, each with OVERHEAD_BYTES around it
    link      serves exactly its rate, first in, first out, nothing lost, then LINK_DELAY_S

A frame can be looked at once its last packet is there. An arm that sends more than the link carries
is therefore not stopped, its frames come later and later, and its bits are counted all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

PAYLOAD_BYTES = 1200
OVERHEAD_BYTES = 66
"""IPv4 20, UDP 8, RTP with its extensions 24, SRTP tag 10, FU-A or VP8 descriptor 4."""
LINK_DELAY_S = 0.025
"""One way, of a round trip of 50 ms."""
_START_CODE = re.compile(rb"\x00?\x00\x00\x01")
_SEI = 6


@dataclass(frozen=True, slots=True)
class Coded:
    """One frame as it is sent."""

    number: int
    """Of the film."""
    captured_t: float
    """s from the film's start."""
    data: bytes
    """What the decoder gets."""
    wire_bits: int
    keyframe: bool
    arrived_t: float = float("inf")
    """s from the film's start; infinite until a link has carried it."""


def wire_bits(payload_bytes: int) -> int:
    """Of one frame, everything counted down to IP; 0 where nothing is sent."""
    packets = -(-payload_bytes // PAYLOAD_BYTES)
    return 8 * (payload_bytes + OVERHEAD_BYTES * packets)


def h264_payload_bytes(data: bytes) -> int:
    """Annex B without start codes and without SEI, which tells x264's settings to nobody."""
    units = (unit for unit in _START_CODE.split(data) if unit)
    return sum(len(unit) for unit in units if unit[0] & 31 != _SEI)


def carried(frames: Iterable[Coded], rate_bps: float) -> tuple[Coded, ...]:
    """The same frames with the time at which a link of that rate has brought them."""
    free_t, arrived = 0.0, []
    for frame in frames:
        free_t = max(free_t, frame.captured_t) + frame.wire_bits / rate_bps
        arrived.append(replace(frame, arrived_t=free_t + LINK_DELAY_S))
    return tuple(arrived)


def mean_bps(frames: Iterable[Coded], seconds: float) -> float:
    """Bits on the wire over the time of the film."""
    return sum(frame.wire_bits for frame in frames) / seconds


def over_cap(frames: Sequence[Coded], rate_bps: float, seconds: float) -> float:
    """By how much the busiest second exceeds the rate, as a share of it; not less than 0.

    Seconds begin with a frame; those at the film's end that are cut short say nothing.
    """
    times = np.array([frame.captured_t for frame in frames])
    sums = np.cumsum([0, *(frame.wire_bits for frame in frames)])
    starts = np.flatnonzero(times <= seconds - 1.0 + 1e-9)
    ends = np.searchsorted(times, times[starts] + 1.0 - 1e-9)
    busiest = max((sums[ends] - sums[starts]).tolist(), default=0)
    return max(0.0, busiest / rate_bps - 1)


def newest(frames: Sequence[Coded], t_s: float) -> Coded | None:
    """What somebody who looks at ``t_s`` gets; None if nothing has come."""
    there = (frame for frame in frames if frame.arrived_t <= t_s)
    return max(there, key=lambda frame: frame.captured_t, default=None)


def ages_s(
    frames: Sequence[Coded], from_t: float, to_t: float, step_s: float = 0.01
) -> NDArray[np.float64]:
    """Age of the newest frame at every step; infinite where none has come."""
    moments = np.arange(from_t, to_t, step_s)
    order = sorted(frames, key=lambda frame: frame.arrived_t)
    arrived = np.array([frame.arrived_t for frame in order])
    captured = np.maximum.accumulate(np.array([-np.inf, *(frame.captured_t for frame in order)]))
    return np.asarray(moments - captured[np.searchsorted(arrived, moments, "right")], np.float64)
