"""Courses of the cap: steps, and a measured cellular uplink; and what an encoder sent along one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from articgw.client.encoder import MAX_BPS, MIN_BPS
from articgw.testing.traces import Trace, read_trace, steps
from tests.bench._common import provided

STEPS = ((0.0, 100e3), (10.0, 1000e3), (20.0, 100e3))
STEPS_S, STEPS_FPS = 30.0, (15.0, 5.0, 2.0)
TRACE = "mahimahi/Verizon-LTE-driving.up.gz"
TRACE_S, TRACE_BPS, TRACE_STEP_S = 40.0, 500e3, 0.5
FRAME_BITS, LEAST_FPS, MOST_FPS = 20e3, 2.0, 15.0


@dataclass(frozen=True, slots=True)
class Course:
    """A cap over time, and how often a picture is taken."""

    name: str
    trace: Trace
    seconds: float
    steady_fps: float | None = None
    """None: as many as there are bits for."""
    rises: tuple[float, ...] = ()
    """When the cap rises much, s."""

    def fps(self, t: float) -> float:
        """Pictures a second at ``t``, s."""
        if self.steady_fps is not None:
            return self.steady_fps
        return min(max(self.cap_bps(t) / FRAME_BITS, LEAST_FPS), MOST_FPS)

    def cap_bps(self, t: float) -> float:
        """The cap of the picture that is taken at ``t``, s."""
        return self.trace.bps(t + 1e-6)


@dataclass(frozen=True, slots=True)
class SentFrame:
    """One turn of the encoder."""

    t: float
    interval_s: float
    """Until the next one."""
    bits: float
    keyframe: bool
    asked: bool
    """A keyframe that a receiver asked for; the first one counts as asked."""
    at_best: bool


def step_courses() -> list[Course]:
    """Down, up and down again, at three frame rates."""
    trace = steps(STEPS)
    rises = tuple(t for (_, low), (t, high) in zip(STEPS, STEPS[1:], strict=False) if high > low)
    return [Course("steps", trace, STEPS_S, fps, rises) for fps in STEPS_FPS]


def trace_course(file: Path) -> Course:
    """What a sender is told on that link: its mean of each half second. Raises `ConfigError`."""
    link = read_trace(file).part(0.0, TRACE_S)
    starts = np.arange(0.0, TRACE_S, TRACE_STEP_S)
    scale = TRACE_BPS / link.mean_bps
    means = [scale * link.bits(t, t + TRACE_STEP_S) / TRACE_STEP_S for t in starts]
    caps = np.clip(means, MIN_BPS, MAX_BPS)
    return Course(file.name, Trace([*starts, TRACE_S], caps), TRACE_S)


def courses() -> list[Course]:
    """All of them; the trace where $ARTICGW_DATA or the folder beside the tree has it."""
    traces = provided("traces")
    known = traces is not None and (traces / TRACE).is_file()
    return [*step_courses(), *([trace_course(traces / TRACE)] if traces and known else [])]
