"""Estimate: what the network allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EstimateWhy(StrEnum):
    """Reason of an `Estimate`."""

    START = "start"
    """Nothing has arrived that tells more than the rate the sender was asked to start with."""
    UNTIMED = "untimed"
    """Packets carry no send times: nothing can be told, and only the cap holds."""
    TRAIN = "train"
    """Packets sent in a burst arrived that fast."""
    GROWTH = "growth"
    """All that was allowed came through without waiting."""
    HOLD = "hold"
    """The sender used less than was allowed: nothing was learned."""
    LOSS = "loss"
    """Too many packets are lost, for seconds on end."""
    QUEUE = "queue"
    """Packets wait in the link: less than it delivers, until it is empty."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What congestion control allows, and why."""

    bps: int
    why: EstimateWhy
    received_bps: int
    """What arrived in the last second or so, RTP payload."""
    queue_ms: float
    """How long the newest packet waited beyond the fastest one."""
    silent_s: float = 0.0
    """Since that packet came."""
