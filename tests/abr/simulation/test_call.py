"""What a call over a simulated link does to frames."""

from __future__ import annotations

from typing import Any

import pytest

from artic_abr.pacing import Always
from artic_abr.policy import Policy
from artic_abr.report import PROMPT, Report
from artic_abr.rules import Everything, FixedCap
from artic_abr.simulation.call import CallSetup, run_call, run_calls
from artic_abr.simulation.link import Link, LinkShape
from artic_abr.simulation.reader import Curve, Reader
from artic_abr.simulation.service import constant


class Fixed:
    """An estimate, and the reports that it got."""

    def __init__(self, bps: float) -> None:
        self.bps = bps
        self.reports: list[tuple[float, Report]] = []

    def on_sent(self, sequence: int, size_bytes: int, now: float) -> None:
        pass

    def on_report(self, report: Report, now: float) -> None:
        self.reports.append((now, report))

    def allowed_bps(self, now: float) -> float:
        return self.bps


def plain(bps: float, **options: Any) -> Policy:
    return Policy(Fixed(bps), FixedCap(int(bps)), Always(), **options)


def test_every_frame_arrives_after_service_and_propagation() -> None:
    log = run_call(plain(480_000), LinkShape(constant(1e9)), CallSetup(seconds=1))
    delays = [(b or 0) - a for a, b in zip(log.captured_t, log.arrived_t, strict=True)]
    pacing_s = 8 * 1000 / (2.5 * 480_000)
    assert delays == pytest.approx([0.025 + pacing_s] * len(delays), abs=1e-4)
    assert log.bps[0] == pytest.approx(480_000)


def test_reports_come_each_50_ms_and_cover_each_packet_once() -> None:
    policy = plain(480_000)
    run_call(policy, LinkShape(constant(1e9), loss=0.1), CallSetup(seconds=5))
    assert isinstance(policy.estimator, Fixed)
    told = [p.sequence for _, report in policy.estimator.reports for p in report.packets]
    assert told == list(range(1, len(told) + 1))
    assert all((t - 0.025) / 0.05 % 1 == pytest.approx(0, abs=1e-6) or
               (t - 0.025) / 0.05 % 1 == pytest.approx(1, abs=1e-6)
               for t, _ in policy.estimator.reports)  # fmt: skip
    lost = [p for _, r in policy.estimator.reports for p in r.packets if p.arrived_t is None]
    assert 0.05 < len(lost) / len(told) < 0.15


@pytest.mark.parametrize("fps", [2.0, 30.0])
def test_a_prompt_receiver_tells_of_each_packet_at_once_and_once(fps: float) -> None:
    policy = plain(480_000, feedback=PROMPT, fps=fps)
    run_call(policy, LinkShape(constant(1e6), loss=0.1), CallSetup(seconds=5, fps=fps))
    assert isinstance(policy.estimator, Fixed)
    reports = policy.estimator.reports
    told = [p.sequence for _, report in reports for p in report.packets]
    assert told == list(range(1, len(told) + 1))
    came = [(t, p.arrived_t) for t, r in reports for p in r.packets if p.arrived_t is not None]
    assert all(0 <= t - 0.025 - at_t <= PROMPT.within_s + 1e-9 for t, at_t in came)


def test_readability_comes_back_late_and_about_the_right_question() -> None:
    heard: list[tuple[float, float, int]] = []

    class Listening(Everything):
        def on_readability(self, value: float, *, at_bps: float, turn: int, now: float) -> None:
            heard.append((now, value, turn))

    reader = Reader((Curve((0.1,) * 6), Curve((0.9,) * 6)))
    policy = Policy(Fixed(400_000), Listening(), Always())
    run_call(policy, LinkShape(constant(1e9)), CallSetup(seconds=10, reader=reader))
    assert heard[0] == (2.0, 0.1, 0)
    assert {(value, turn) for _, value, turn in heard if turn < 2} == {(0.1, 0), (0.9, 1)}


def test_two_senders_share_a_link_in_order_of_time() -> None:
    calls = [(plain(600_000), CallSetup(seconds=2, begin_s=b)) for b in (0.0, 0.01)]
    logs = run_calls(calls, Link(LinkShape(constant(2e6))))
    assert all(t is not None for log in logs for t in log.arrived_t)


def test_a_paused_sender_captures_nothing() -> None:
    log = run_call(plain(480_000), LinkShape(constant(1e9)), CallSetup(seconds=4, pauses=((1, 3),)))
    assert not [t for t in log.captured_t if 1 <= t < 3]
