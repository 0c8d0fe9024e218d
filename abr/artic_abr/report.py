"""What a receiver tells the sender about its packets: transport-wide feedback, as values.

    sender ──packets──▶ receiver          Packet(sequence, sent_t, arrived_t, size_bytes)
       ▲                   │
       └──── Report ◀──────┘ where anything is new: at a beat, or as soon as something came

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


class Feedback(NamedTuple):
    """When a receiver reports."""

    within_s: float
    beat: bool
    """At equal intervals of that; else so long after the first packet that is not yet reported."""


BEAT = Feedback(0.05, beat=True)
"""libwebrtc's feedback interval at moderate rates (50 to 250 ms)."""
PROMPT = Feedback(0.005, beat=False)
"""One or two reports a frame. The way back of such a call carries text, so nobody pays for it, and
the sender knows earlier that the link is free, or stalls (RFC 8888 leaves it to the congestion
control how often)."""


class Report(NamedTuple):
    """The packets whose fate became known since the last report, in the order they were sent."""

    packets: tuple[Packet, ...]
