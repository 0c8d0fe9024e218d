"""How a call does now: the figures behind the `status` message, the metrics and the trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vitals:
    """One call, or all calls of a gateway, at one moment."""

    received_bps: int
    """What arrives."""
    estimate_bps: int
    """What the network allows."""
    need_bps: int
    """What looks want of that."""
    cap_bps: int
    """What the sender is held to."""
    fps: float
    """Frames received in the last second."""
    frame_age_ms: float | None
    """Of the newest frame; None before the first."""
    queue_ms: float
    """What waits in the link, as far as arrivals tell."""
    readability: float | None
    """0-1, of the last answer; None where unknown."""
    asked: bool
    """A question is open or expected."""
    keyframe_requests: int
    """Since the call began."""


def of_all(calls: Sequence[Vitals]) -> Vitals:
    """Many calls as one: rates and counts are summed, everything else is the worst call's."""
    ages_ms = [call.frame_age_ms for call in calls if call.frame_age_ms is not None]
    readable = [call.readability for call in calls if call.readability is not None]
    return Vitals(
        received_bps=sum(call.received_bps for call in calls),
        estimate_bps=sum(call.estimate_bps for call in calls),
        need_bps=sum(call.need_bps for call in calls),
        cap_bps=sum(call.cap_bps for call in calls),
        fps=sum(call.fps for call in calls),
        frame_age_ms=max(ages_ms, default=None),
        queue_ms=max((call.queue_ms for call in calls), default=0.0),
        readability=min(readable, default=None),
        asked=any(call.asked for call in calls),
        keyframe_requests=sum(call.keyframe_requests for call in calls),
    )
