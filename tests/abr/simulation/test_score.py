"""Frames that never came are answered for by the next."""

from __future__ import annotations

import numpy as np
import pytest

from artic_abr.simulation.call import CallLog
from artic_abr.simulation.reader import Curve, Reader
from artic_abr.simulation.score import bootstrap_p95_ms, received_bps, score
from artic_abr.simulation.service import constant

LOG = CallLog(
    fps=1.0, seconds=4.0,
    captured_t=[0.0, 1.0, 2.0, 3.0, 4.0],
    arrived_t=[0.1, None, 2.5, 3.1, 4.1],
    bps=[2e5, 0.0, 4e5, 2e5, 2e5],
    came=[(0.1, 1000), (2.5, 1000)],
)  # fmt: skip
READER = Reader((Curve((0.5, 0.9, 1.0, 1.0, 1.0, 1.0)),))


def test_a_skipped_frame_is_as_late_as_the_next_one_that_came() -> None:
    scored = score(LOG, reader=READER, service=constant(1e6))
    assert scored.latency_s == pytest.approx([0.1, 1.5, 0.5, 0.1])
    assert scored.late_share == 0.5
    assert scored.skipped_share == 0.25
    assert scored.mean_bps == 2e5


def test_readability_is_that_of_the_frame_that_stands_there() -> None:
    scored = score(LOG, reader=READER)
    assert scored.readable is not None
    assert list(scored.readable) == [False, True, True, False]
    assert scored.readable_on_time_share == 0.0


def test_what_arrived_is_counted() -> None:
    assert received_bps(LOG, 0, 1) == 8000


def test_the_interval_holds_the_value() -> None:
    latency_s = np.random.default_rng(1).exponential(0.05, 3600)
    low, high = bootstrap_p95_ms(latency_s, 30.0, seed=1)
    assert low <= 1000 * np.percentile(latency_s, 95) <= high
