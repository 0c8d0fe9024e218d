"""Our controller: the parts of `Policy` as they are meant to be used together."""

from __future__ import annotations

from artic_abr.congestion import TransportEstimator
from artic_abr.congestion.estimator import START_BPS
from artic_abr.pacing import FreshPacing
from artic_abr.policy import CEILING_BPS, FLOOR_BPS, Policy, Rule
from artic_abr.report import PROMPT, Feedback
from artic_abr.saturation import SaturationRule


def controller(
    *,
    fps: float,
    start_bps: float = START_BPS,
    floor_bps: float = FLOOR_BPS,
    ceiling_bps: float = CEILING_BPS,
    rule: Rule | None = None,
    feedback: Feedback = PROMPT,
) -> Policy:
    """For one sender; ``rule`` in place of saturation, if given."""
    return Policy(
        TransportEstimator(start_bps, floor_bps=floor_bps, ceiling_bps=ceiling_bps),
        SaturationRule() if rule is None else rule,
        FreshPacing(feedback),
        fps=fps,
        floor_bps=floor_bps,
        pace_by_estimate=True,
        least_packets=2,
        feedback=feedback,
    )
