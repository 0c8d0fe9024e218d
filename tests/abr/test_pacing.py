"""The newest frame first, and no backlog."""

from __future__ import annotations

import pytest

from artic_abr.controller import controller
from artic_abr.pacing import Always, FreshPacing, SelfClock
from artic_abr.report import BEAT, PROMPT, Feedback, Packet, Report
from artic_abr.rules import FixedCap
from artic_abr.simulation.call import CallSetup, run_call
from artic_abr.simulation.link import LinkShape
from artic_abr.simulation.score import score
from artic_abr.simulation.service import steps

OUTAGE = steps([(0, 3e6), (10, 0.0), (15, 3e6)], 60)


def acked(sequence: int) -> Report:
    return Report((Packet(sequence, 0.0, 0.0, 1200),))


def test_frames_go_while_reports_are_not_due() -> None:
    pacing = FreshPacing()
    for number in range(6):
        pacing.on_sent(number, 1200, number / 30)
        assert pacing.room(1200, 1e6, number / 30).why == "free"


def test_a_silent_link_gets_a_small_frame_now_and_then() -> None:
    log = run_call(
        controller(fps=30, rule=FixedCap(400_000)), LinkShape(OUTAGE), CallSetup(seconds=20)
    )
    sent = [(t, b) for t, b in zip(log.captured_t, log.bps, strict=True) if b]
    silent = [(t, b) for t, b in sent if 10.2 < t < 15]
    assert 2 <= len(silent) <= 15
    assert all(b <= 151_000 for _, b in silent)
    after = [t for t, _ in sent if 15.2 < t < 16.2]
    assert len(after) >= 25


def test_what_waited_is_gone_soon_after_the_link_is_back() -> None:
    log = run_call(
        controller(fps=30, rule=FixedCap(400_000)), LinkShape(OUTAGE), CallSetup(seconds=20)
    )
    pairs = zip(log.captured_t, log.arrived_t, strict=True)
    assert max((b - a) for a, b in pairs if b and a > 15.1) < 0.15


@pytest.mark.parametrize(
    "changes",
    [[(0, 100e3)], [(3 * n + 2 * (n % 2), (600e3, 100e3)[n % 2]) for n in range(8)]],
    ids=["a trickle", "a link that falls and rises"],
)
def test_frames_are_fresher_where_the_receiver_reports_at_once(
    changes: list[tuple[float, float]],
) -> None:
    def p95_ms(feedback: Feedback) -> float:
        policy = controller(fps=30, rule=FixedCap(400_000), feedback=feedback)
        log = run_call(policy, LinkShape(steps(changes, 60)), CallSetup(seconds=30))
        return score(log).p95_ms

    assert p95_ms(PROMPT) < 0.9 * p95_ms(BEAT)


def test_the_plain_self_clock_stops_at_its_window() -> None:
    clock = SelfClock(0.05)
    for number in range(5):
        assert clock.room(1200, 200e3, 0.0).send is (number < 4)
        clock.on_sent(number, 1200, 0.0)
    clock.on_report(acked(4), 0.1)
    assert clock.room(1200, 200e3, 0.1).send


def test_browsers_send_always() -> None:
    assert Always().room(1e9, 1.0, 0.0).send


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_clock_that_was_set_does_not_stop_it_for_long(jump_s: float) -> None:
    pacing = FreshPacing()
    pacing.on_sent(0, 1200, 100.0)
    assert pacing.room(1200, 1e6, 100.0 + jump_s).send
    pacing.on_sent(1, 1200, 100.0 + jump_s)
    pacing.on_report(acked(1), 100.1 + jump_s)
    assert pacing.room(1200, 1e6, 100.2 + jump_s).why == "free"
