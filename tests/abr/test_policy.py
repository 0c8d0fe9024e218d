"""Caps within estimates, and decisions that only look."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from artic_abr.controller import controller
from artic_abr.policy import CEILING_BPS, FLOOR_BPS
from artic_abr.report import Packet, Report

STEPS = st.tuples(
    st.sampled_from(["frame", "report", "answer", "turn", "silence"]),
    st.floats(0, 1),
    st.sampled_from([0.0, 0.0, 0.0, 3600.0, -3600.0, -0.5]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=60))
def test_whatever_happens_the_cap_is_within_the_estimate_and_the_limits(
    steps: list[tuple[str, float, float]],
) -> None:
    policy = controller(fps=30)
    now, sequence, turn = 0.0, 0, 0
    for kind, value, jump_s in steps:
        now += 0.033 + jump_s
        if kind == "report":
            packet = Packet(sequence, now - 0.1, now - value / 10, 1200)
            policy.on_report(Report((packet,)), now)
        elif kind == "answer":
            policy.on_readability(value, at_bps=1e5 + 1e6 * value, turn=turn, now=now)
        elif kind == "turn":
            turn += 1
            policy.on_turn(turn, now)
        decision = policy.decide(now)
        assert policy.decide(now) == decision
        assert FLOOR_BPS <= decision.cap_bps <= decision.estimate_bps <= CEILING_BPS
        if kind == "frame" and decision.send:
            sequence += 1
            policy.on_sent(sequence, 1200, now)
