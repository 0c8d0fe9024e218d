"""What a call was like for whoever looks at the newest frame.

Latency is Artic's: from capture to arrival; a frame that never came is answered for by the next one
that did, so an age. Readability follows the same frame: a question is readable at a moment where
the frame that stands for that moment was sent at a rate that its curve calls enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from artic_abr.simulation.call import CallLog
from artic_abr.simulation.reader import Reader
from artic_abr.simulation.service import Service

LATE_S = 0.3
HEADROOM = 0.85
BLOCK_S = 10.0
"""Of the bootstrap: outages last seconds, so neighbouring frames are no witnesses of each other."""
RATE_S = 0.2
"""RFC 8868, section 4: rates are told each 200 ms."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of one call; delays in ms."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    late_share: float
    """Of the frames: those over `LATE_S`."""
    mean_bps: float
    readable_share: float | None
    readable_on_time_share: float | None
    """Readable and not late."""
    headroom_share: float | None
    """Of the time: sends at most 85 % of what the link carries."""
    skipped_share: float
    latency_s: NDArray[np.float64]
    readable: NDArray[np.bool_] | None


def score(log: CallLog, *, reader: Reader | None = None, service: Service | None = None) -> Score:
    """Of the frames captured in the time that counts."""
    latency_s, stands_bps = _stand_ins(log)
    begin_t = log.captured_t[0]
    scored = sum(t - begin_t < log.seconds - 1e-9 for t in log.captured_t)
    latency_s, stands_bps = latency_s[:scored], stands_bps[:scored]
    readable = None
    if reader is not None:
        enough = {curve: curve.enough_bps() - 100.0 for curve in dict.fromkeys(reader.curves)}
        needed = [enough[reader.curve(t - begin_t)] for t in log.captured_t[:scored]]
        readable = stands_bps >= np.array(needed)
    bps = np.array(log.bps[:scored])
    p50, p95, p99 = (1000 * float(v) for v in np.percentile(latency_s, (50, 95, 99)))
    late = latency_s > LATE_S
    return Score(
        p50, p95, p99, float(late.mean()), float(bps.sum() / log.fps / log.seconds),
        None if readable is None else float(readable.mean()),
        None if readable is None else float((readable & ~late).mean()),
        None if service is None else _headroom(log, scored, service),
        float((bps == 0).mean()), latency_s, readable,
    )  # fmt: skip


def blocks(values: NDArray[np.generic], fps: float) -> list[NDArray[np.generic]]:
    """Cut for the bootstrap."""
    size = max(1, round(BLOCK_S * fps))
    return [values[start : start + size] for start in range(0, len(values), size)]


def bootstrap_p95_ms(
    latency_s: NDArray[np.float64], fps: float, *, seed: int, draws: int = 200
) -> tuple[float, float]:
    """95 % interval of the P95, by drawing blocks of ten seconds anew."""
    chance = np.random.default_rng(seed)
    cut = blocks(latency_s, fps)
    p95 = [
        np.percentile(
            np.concatenate([cut[k] for k in chance.integers(len(cut), size=len(cut))]), 95
        )
        for _ in range(draws)
    ]
    low, high = np.percentile(p95, (2.5, 97.5))
    return 1000 * float(low), 1000 * float(high)


def received_bps(log: CallLog, from_s: float, to_s: float) -> float:
    """What arrived between two moments."""
    return 8 * sum(size for t, size in log.came if from_s <= t < to_s) / (to_s - from_s)


def _stand_ins(log: CallLog) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    latency_s = np.empty(len(log.captured_t))
    bps = np.empty(len(log.captured_t))
    last_t = max((t for t in log.arrived_t if t is not None), default=log.captured_t[-1])
    came_t, came_bps = max(last_t, log.captured_t[-1]), 0.0
    for place in range(len(log.captured_t) - 1, -1, -1):
        arrived_t = log.arrived_t[place]
        if arrived_t is not None:
            came_t, came_bps = arrived_t, log.bps[place]
        latency_s[place] = came_t - log.captured_t[place]
        bps[place] = came_bps
    return latency_s, bps


def _headroom(log: CallLog, scored: int, service: Service) -> float:
    per_step = max(1, round(RATE_S * log.fps))
    within: list[bool] = []
    for start in range(0, scored - per_step + 1, per_step):
        from_t = log.captured_t[start]
        to_t = from_t + per_step / log.fps
        sent_bps = _mean(log.bps[start : start + per_step])
        within.append(sent_bps <= HEADROOM * service.bps(from_t, to_t))
    return sum(within) / max(1, len(within))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
