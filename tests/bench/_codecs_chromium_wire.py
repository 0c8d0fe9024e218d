"""From packets and decoded pictures of a browser to the frames of a film.

    RTP header (in the clear) ─▶ time stamp, marker, bytes on the wire
    pictures with a code      ─▶ which time stamp is which slot of the take
    slot                      ─▶ number of the film's frame

The browser sends over loopback, where nothing waits, and is held to its rate by its encoder alone:
no REMB, no transport-wide feedback. A computed link of the asked rate then carries every packet
from the time at which it was really sent, as it carries those of all other arms.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from articgw.testing.link import HEADER_BYTES
from articgw.testing.wire import Wire
from tests.bench._codecs_wire import LINK_DELAY_S, Coded

Pixels = NDArray[np.uint8]

CLOCK_HZ = 90_000
ENCODE_S = 0.015
"""From a picture to its first packet, at best."""
CELLS, CLEAR, CODE_PART = 16, 40.0, 1 / 8
"""Bars of a code; luma that each differs from the middle by; their part of the height."""
NEVER_T = 1e9
"""s; of a frame that could not be decoded. Not infinite: that is what asks for a link."""
_HEADER = struct.Struct("!BBHI")


class Packet(NamedTuple):
    """One RTP packet, as it came from the browser."""

    t: float
    """s, monotonic."""
    wire_bits: int
    timestamp: int
    marker: bool


class HeaderWire(Wire):
    """Remembers the headers of RTP packets."""

    heard: list[Packet]

    def put(self, data: bytes, send: Callable[[bytes], None]) -> None:
        """A datagram comes."""
        super().put(data, send)
        packet = packet_of(data, self._loop.time())
        if packet is not None:
            self.__dict__.setdefault("heard", []).append(packet)


def packet_of(data: bytes, t: float) -> Packet | None:
    """What the header says; None for RTCP and all that is not RTP (RFC 7983, RFC 5761)."""
    if len(data) < 12 or not 128 <= data[0] <= 191 or 192 <= data[1] <= 223:
        return None
    _, kind, _, timestamp = _HEADER.unpack_from(data)
    return Packet(t, 8 * (len(data) + HEADER_BYTES), timestamp, bool(kind & 128))


def ticks_after(first: Packet, packet: Packet) -> int:
    """RTP time of a packet from the first one's on."""
    return (packet.timestamp - first.timestamp) % 2**32


def code_of(luma: Pixels) -> int | None:
    """The code along the bottom of a whole frame's luma; None where there is none."""
    height, width = luma.shape
    middle = luma[int(height * (1 - 0.75 * CODE_PART)) : int(height * (1 - 0.25 * CODE_PART))]
    edges = np.linspace(0, width, CELLS + 1)
    inner = [
        middle[:, int(x0 + 0.25 * (x1 - x0)) : int(x1 - 0.25 * (x1 - x0))]
        for x0, x1 in zip(edges[:-1], edges[1:], strict=True)
    ]
    levels = np.array([cell.mean() for cell in inner]) - 126
    spread = max(float(cell.std()) for cell in inner)
    bits = levels > 0
    if np.abs(levels).min() < CLEAR or spread > CLEAR or (bits[:8] == bits[8:]).any():
        return None
    return int(np.packbits(bits[:8])[0])


def slots_of(
    packets: Sequence[Packet],
    codes: Mapping[int, int],
    coded_t: Sequence[float],
    written_t: Sequence[float],
) -> dict[int, int]:
    """RTP ticks of the film's frames to slots of the take.

    ``coded_t``, ``written_t``: when the page wrote each picture with a code, and that of each slot,
    on the clock of the packets. RTP time goes with it, less what the browser took to pass pictures
    on, of which it has a running mean: the offset is followed from frame to frame. Where no code
    can be read it begins with the frame that came soonest after its RTP time.
    """
    sent_t: dict[int, float] = {}
    for packet in packets:
        sent_t.setdefault(ticks_after(packets[0], packet), packet.t)
    order = sorted(sent_t)
    written = np.array([*coded_t, *written_t])
    if codes:
        first = min(codes)
        offset_s = first / CLOCK_HZ - coded_t[codes[first]]
    else:
        first = 0
        offset_s = max(at / CLOCK_HZ - t for at, t in sent_t.items()) + ENCODE_S
    found = {}
    for at in order:
        if at >= first:
            errors = at / CLOCK_HZ - offset_s - written
            place = codes.get(at, int(np.abs(errors).argmin()))
            offset_s += errors[place]
            if place >= len(coded_t):
                found[at] = place - len(coded_t)
    return found


def sent_frames(
    packets: Sequence[Packet],
    decoded: Mapping[int, bool],
    slots: Mapping[int, int],
    *,
    first_slot: int,
    numbers: Sequence[int],
    film_fps: float,
    take_t: float,
    film_t: float,
    rate_bps: float,
) -> tuple[Coded, ...]:
    """The film's frames, in order, with their times of arrival.

    ``decoded``: by RTP ticks from the first packet on, was it a keyframe. ``slots``: of all RTP
    ticks. ``numbers``: of the film's frame in each slot from ``first_slot`` on. ``take_t``,
    ``film_t``: when take and film began, monotonic; the link begins, empty, with the take.
    """
    found: dict[int, Coded] = {}
    whole: set[int] = set()
    free_t = float("-inf")
    for packet in packets:
        if packet.t < take_t:
            continue
        free_t = max(free_t, packet.t - film_t) + packet.wire_bits / rate_bps
        ticks = ticks_after(packets[0], packet)
        place = slots.get(ticks, -1) - first_slot
        if not 0 <= place < len(numbers):
            continue
        number, old = numbers[place], found.get(ticks)
        bits = packet.wire_bits + (old.wire_bits if old else 0)
        arrived_t = free_t + LINK_DELAY_S if ticks in decoded else NEVER_T
        if old is not None and ticks in whole:
            arrived_t = old.arrived_t
        if packet.marker:
            whole.add(ticks)
        key = decoded.get(ticks, False)
        found[ticks] = Coded(number, number / film_fps, b"", bits, key, arrived_t)
    return tuple(sorted(found.values(), key=lambda frame: frame.number))
