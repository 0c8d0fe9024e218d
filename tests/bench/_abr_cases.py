"""Cases with a known answer: RFC 8867, loss, start, regain, and readers that err."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from artic_abr.controller import controller
from artic_abr.pacing import Always
from artic_abr.policy import Policy
from artic_abr.rules import Everything, FixedCap, PublishedLive
from artic_abr.simulation import (
    CallLog,
    CallSetup,
    Link,
    LinkShape,
    Reader,
    Service,
    run_call,
    run_calls,
    score,
)
from artic_abr.simulation.rfc8867 import (
    JITTER_S,
    PROPAGATION_S,
    SCENARIOS,
    VIDEO_CEILING_BPS,
    VIDEO_FLOOR_BPS,
    Scenario,
)
from artic_abr.simulation.score import RATE_S, received_bps
from artic_abr.simulation.service import constant, steps
from artic_abr.simulation.tcp import long_tcp, short_tcp
from tests.bench._abr_policies import ESTIMATOR, OURS
from tests.bench._abr_remb import Remb

Row = dict[str, Any]
FPS = 30.0
LOSSES = (0.0, 0.01, 0.05, 0.10, 0.20)
OUTAGES_S = (0.5, 2.0, 5.0, 15.0)
GAP_S = 20.0
ENOUGH = 0.9
"""Of what is possible, to have regained it."""


def video(who: str, *, ceiling_bps: float = VIDEO_CEILING_BPS) -> Policy:
    """RFC 8867's source, with saturation off."""
    if who == OURS:
        return controller(
            fps=FPS, start_bps=VIDEO_FLOOR_BPS, ceiling_bps=ceiling_bps, rule=Everything()
        )
    remb = Remb(VIDEO_FLOOR_BPS, ceiling_bps=ceiling_bps)
    return Policy(remb, Everything(), Always(), fps=FPS)


def rfc8867(seed: int) -> list[Row]:
    """A row per case, sender and flow."""
    return [
        row for case in SCENARIOS for who in (OURS, ESTIMATOR) for row in _scenario(case, who, seed)
    ]


def _scenario(case: Scenario, who: str, seed: int) -> list[Row]:
    def shape(service: Service) -> LinkShape:
        return LinkShape(
            service, PROPAGATION_S, queue_packets=None, queue_s=case.queue_s, jitter_s=JITTER_S
        )

    link = Link(shape(case.service()), seed)
    back = None
    calls = []
    if case.backward:
        back = Link(shape(steps(case.backward, case.seconds + 60)), seed + 1)
    for number, (begin_s, end_s) in enumerate(case.flows):
        pauses = tuple((a - begin_s, b - begin_s) for flow, a, b in case.pauses if flow == number)
        setup = CallSetup(
            fps=FPS, seconds=end_s - begin_s, begin_s=begin_s, back_s=PROPAGATION_S, back=back,
            pauses=pauses, size_error=0.05, seed=seed + number,
        )  # fmt: skip
        calls.append((video(who), setup))
    if back is not None:
        other = replace(calls[0][1], over=back, back=link, seed=seed + 9)
        calls.append((video(who), other))
    others = [long_tcp(0, case.seconds, PROPAGATION_S) for _ in range(case.long_tcp)]
    others += [
        short_tcp(0, case.seconds, PROPAGATION_S, seed=seed + k, begins_on=k < 2)
        for k in range(case.short_tcp)
    ]
    logs = run_calls(calls, link, others)
    service = case.service()
    rows = []
    for number, (begin_s, end_s) in enumerate(case.flows):
        log = logs[number]
        scored = score(log)
        grid = np.arange(begin_s, end_s - RATE_S, RATE_S)
        could = [min(service.bps(t, t + RATE_S) / len(case.flows), VIDEO_CEILING_BPS) for t in grid]
        got_bps = received_bps(log, begin_s, end_s)
        rows.append({
            "part": "rfc8867", "case": case.section, "name": case.name, "policy": who,
            "flow": number, "p50_ms": scored.p50_ms, "p95_ms": scored.p95_ms,
            "p99_ms": scored.p99_ms, "received_bps": got_bps,
            "use": got_bps / float(np.mean(could)), "late_share": scored.late_share,
        })  # fmt: skip
    return rows


def losses(seed: int) -> list[Row]:
    """1 Mb/s, random loss: how much of it is used."""
    rows = []
    for loss in LOSSES:
        for who in (OURS, ESTIMATOR):
            shape = LinkShape(constant(1e6), loss=loss)
            log = run_call(video(who), shape, CallSetup(seconds=60, seed=seed))
            got_bps = received_bps(log, 10, 60)
            rows.append({
                "part": "loss", "loss": loss, "policy": who, "use": got_bps / 1e6,
                "p95_ms": score(log).p95_ms,
            })  # fmt: skip
    return rows


def _made(who: str) -> Policy:
    if who == OURS:
        return controller(fps=FPS, rule=Everything())
    return Policy(Remb(), Everything(), Always(), fps=FPS)


def start(seed: int) -> list[Row]:
    """To a megabit on an idle link; and the queue that a start makes on a thin one."""
    rows: list[Row] = []
    for who in (OURS, ESTIMATOR):
        idle = run_call(_made(who), LinkShape(constant(20e6)), CallSetup(seconds=30, seed=seed))
        thin = run_call(_made(who), LinkShape(constant(200e3)), CallSetup(seconds=10, seed=seed))
        rows.append({
            "part": "start", "policy": who, "to_1m_s": _reaches(idle, 0.0, 1e6),
            "queue_200k_ms": _queue_after(thin, 2.0, 200e3),
            "queue_200k_start_ms": _queue_after(thin, 0.0, 200e3),
        })  # fmt: skip
    return rows


def regain(seed: int) -> list[Row]:
    """After outages of several lengths, until 90 % of 1 Mb/s arrives again; on 3 Mb/s."""
    rows: list[Row] = []
    for who in (OURS, ESTIMATOR):
        for outage_s in OUTAGES_S:
            link = steps([(0, 3e6), (GAP_S, 0.0), (GAP_S + outage_s, 3e6)], 120)
            policy = controller(fps=FPS, rule=FixedCap())
            if who == ESTIMATOR:
                policy = Policy(Remb(1_000_000), FixedCap(), Always(), fps=FPS)
            log = run_call(policy, LinkShape(link), CallSetup(seconds=90, seed=seed))
            took_s = _reaches(log, GAP_S + outage_s, ENOUGH * 1e6)
            rows.append({
                "part": "regain", "policy": who, "outage_s": outage_s, "regain_s": took_s,
                "fresh_s": _fresh(log, GAP_S + outage_s),
            })  # fmt: skip
    return rows


READERS: dict[str, dict[str, Any]] = {
    "true, 1.5 s late": {},
    "at once": {"delay_s": 0.0},
    "3 s late": {"delay_s": 3.0},
    "4 levels": {"levels": 4},
    "biased +0.2": {"bias": 0.2},
    "20 % missing": {"missing": 0.2},
    "10 % inverted": {"inverted": 0.1},
    "always 0.80": {"always": 0.8},
}
"""The last one is how the tiny digit reader speaks: 0.80 sure, 18 % right."""


def robustness(services: dict[str, Service], truth: Reader, seconds: float, seed: int) -> list[Row]:
    """Readers that err: what it costs, for ours and for the published rule in its live form."""
    makes: dict[str, Callable[[], Policy]] = {
        OURS: lambda: controller(fps=FPS),
        "ours+published, live": lambda: controller(fps=FPS, rule=PublishedLive()),
        "aiortc+published, live": lambda: Policy(Remb(), PublishedLive(), Always(), fps=FPS),
    }
    rows: list[Row] = []
    for name, flaw in READERS.items():
        reader = replace(truth, **flaw)
        for who, make in makes.items():
            scores = []
            for service in services.values():
                setup = CallSetup(fps=FPS, seconds=seconds, reader=reader, seed=seed)
                scores.append(score(run_call(make(), LinkShape(service), setup), reader=truth))
            rows.append({
                "part": "robust", "reader": name, "policy": who,
                "readable_share": _mean([one.readable_share or 0.0 for one in scores]),
                "readable_on_time_share": _mean(
                    [one.readable_on_time_share or 0.0 for one in scores]
                ),
                "mean_bps": _mean([one.mean_bps for one in scores]),
                "late_share": _mean([one.late_share for one in scores]),
            })  # fmt: skip
    return rows


def _reaches(log: CallLog, from_s: float, bps: float) -> float | None:
    """Until so much arrives within 200 ms; None where it never does."""
    for step in range(int(10 * log.seconds)):
        t = from_s + step / 50
        if received_bps(log, t, t + RATE_S) >= bps:
            return t + RATE_S - from_s
    return None


def _fresh(log: CallLog, from_s: float) -> float | None:
    """Until a frame arrives that was captured after that."""
    pairs = zip(log.captured_t, log.arrived_t, strict=True)
    return min((b - from_s for a, b in pairs if b is not None and a >= from_s), default=None)


def _queue_after(log: CallLog, from_s: float, link_bps: float) -> float:
    """The longest that a frame waited beyond its own service, ms."""
    waits = [
        arrived_t - t - 0.025 - bps / log.fps / link_bps
        for t, arrived_t, bps in zip(log.captured_t, log.arrived_t, log.bps, strict=True)
        if arrived_t is not None and from_s <= t < log.seconds
    ]
    return 1000 * max(waits, default=0.0)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
