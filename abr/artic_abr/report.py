"""What a receiver tells the sender about its packets: transport-wide feedback, as values.

    sender ──packets──▶ receiver          Packet(sequence, sent_t, arrived_t, size_bytes)
       ▲                   │
       └──── Report ◀──────┘ every 50 ms or so, where anything is new

The form is that of draft-holmer-rmcat-transport-wide-cc-extensions-01 and RFC 8888, without their
encodings: per packet when it left (the sender's clock) and when it came (the receiver's). The two
clocks differ by a constant that nobody needs to know.
"""

from __future__ import annotations

from typing import NamedTuple


class Packet(NamedTuple):
    """One packet's fate."""

    sequence: int
    sent_t: float
    """When it left, s on the sender's clock."""
    arrived_t: float | None
    """When it came, s on the receiver's clock; None where it is taken as lost."""
    size_bytes: int


class Report(NamedTuple):
    """The packets whose fate became known since the last report, in the order they were sent."""

    packets: tuple[Packet, ...]
