"""All of it together, on links that are known."""

from __future__ import annotations

import pytest

from artic_abr.controller import controller
from artic_abr.rules import FixedCap
from artic_abr.simulation import CallSetup, Curve, LinkShape, Reader, run_call, score
from artic_abr.simulation.service import constant, steps

EASY = Curve((0.5, 0.9, 1.0, 1.0, 1.0, 1.0))


def test_on_a_good_link_it_is_readable_at_a_fraction_of_the_capacity() -> None:
    reader = Reader((EASY,), turn_s=20.0)
    log = run_call(
        controller(fps=30), LinkShape(constant(10e6)), CallSetup(seconds=60, reader=reader)
    )
    scored = score(log, reader=reader)
    assert scored.readable_share is not None and scored.readable_share > 0.95
    assert scored.mean_bps < 700_000
    assert scored.p95_ms < 40


@pytest.mark.parametrize("fps", [30.0, 5.0])
def test_a_link_that_falls_is_followed_within_a_second(fps: float) -> None:
    link = steps([(0, 2e6), (10, 3e5)], 60)
    policy = controller(fps=fps, rule=FixedCap(1_000_000))
    log = run_call(policy, LinkShape(link), CallSetup(fps=fps, seconds=20))
    late = [b - a for a, b in zip(log.captured_t, log.arrived_t, strict=True) if b and a > 12]
    assert max(late) < (0.3 if fps == 30 else 0.5)
