"""Which packets of a row have come: the status chunks of a report, two bytes each.

    0 SS LLLLLLLLLLLLL     LLL… packets of status SS           (draft-holmer, 3.1.3)
    1 0 b b b b b b b …    14 packets, one bit each            (3.1.4)
    1 1 SS SS SS SS …      7 packets, two bits each            (3.1.4)

In one-bit chunks 1 means that the packet came, as in the draft's examples, in libwebrtc and in
pion; the draft's sentence says the opposite.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from struct import pack, unpack_from

MAX_RUN = (1 << 13) - 1
_VECTOR, _TWO_BITS = 1 << 15, 1 << 14
_ONE_BIT_SPAN, _TWO_BIT_SPAN = 14, 7


class Status(IntEnum):
    """Of one packet; the last two say how its time is written as well."""

    MISSING = 0
    SMALL = 1
    """The time since the one before it takes a byte."""
    LARGE = 2
    """It takes two bytes, or is negative."""


def pack_chunks(statuses: bytes) -> bytes:
    """``statuses``: a `Status` in each byte. A gap of any length costs next to nothing."""
    return b"".join(pack("!H", word) for word in _words(statuses))


def unpack_chunks(data: bytes, count: int) -> tuple[bytes, int]:
    """The statuses of ``count`` packets, and how many bytes of ``data`` told them.

    Raises `ValueError` where ``data`` ends too soon or has a status that does not exist.
    """
    statuses = bytearray()
    at = 0
    while len(statuses) < count:
        if at + 2 > len(data):
            raise ValueError(f"{len(statuses)} of {count} packets have a status")
        (word,) = unpack_from("!H", data, at)
        at += 2
        if not word & _VECTOR:
            statuses += bytes([word >> 13]) * (word & MAX_RUN)
        elif not word & _TWO_BITS:
            statuses += bytes(word >> shift & 1 for shift in range(13, -1, -1))
        else:
            statuses += bytes(word >> shift & 3 for shift in range(12, -1, -2))
    del statuses[count:]
    if max(statuses, default=0) > Status.LARGE:
        raise ValueError("a packet has the reserved status 3")
    return bytes(statuses), at


def _words(statuses: bytes) -> Iterator[int]:
    at = 0
    while at < len(statuses):
        ahead = statuses[at : at + MAX_RUN]
        run = len(ahead) - len(ahead.lstrip(ahead[:1]))
        span = _TWO_BIT_SPAN if Status.LARGE in ahead[:_ONE_BIT_SPAN] else _ONE_BIT_SPAN
        if run >= min(span, len(ahead)):
            yield ahead[0] << 13 | run
            at += run
            continue
        packets = ahead[:span].ljust(span, b"\0")
        bits = 14 // span
        word = _VECTOR | (_TWO_BITS if bits == 2 else 0)
        for place, status in enumerate(packets):
            word |= status << 14 - bits * (place + 1)
        yield word
        at += span
