"""Policies over traces: a row per trace, policy and frame rate."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artic_abr.simulation import (
    CallLog,
    CallSetup,
    LinkShape,
    Reader,
    Score,
    Service,
    least_delays,
    on_time_share,
    oracle_call,
    run_call,
    score,
)
from artic_abr.simulation.call import AFTER_S
from artic_abr.simulation.score import LATE_S, blocks, bootstrap_p95_ms
from devibench.network import ORACLE_BPS
from tests.bench._abr_policies import OURS, POLICIES, PUBLISHED

Row = dict[str, Any]
FLOOR_BYTES = 625
"""A frame of 150 kb/s at 30 a second."""
DRAWS = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What the pooled figures need of a call."""

    trace: str
    policy: str
    fps: float
    score: Score
    oracle: Score


def oracle_row(
    part: str, trace: str, service: Service, reader: Reader, fps: float, seconds: float
) -> Row:
    """The two oracles, the strict bound, and what can be on time."""
    sized = oracle_call(
        service, lambda t: reader.curve(t).enough_bps() + 1, fps=fps, seconds=seconds
    )
    exact = score(sized, reader=reader)
    plain = _oracle(service, fps, seconds)
    times = [k / fps for k in range(round(fps * seconds))]
    bound = np.percentile(least_delays(service, times, FLOOR_BYTES), (50, 95, 99))
    size_bytes = ORACLE_BPS / 8 / fps
    return {
        "part": part, "trace": trace, "fps": fps, "policy": "oracle",
        "mbps": service.bps(0, seconds) / 1e6,
        "l0_ms": [1000 * float(value) for value in bound],
        "p50_ms": plain.p50_ms, "p95_ms": plain.p95_ms, "p99_ms": plain.p99_ms,
        "skipped_share": plain.skipped_share,
        "sized_p95_ms": exact.p95_ms, "sized_mean_bps": exact.mean_bps,
        "sized_readable_share": exact.readable_share,
        "on_time_share": on_time_share(service, size_bytes, LATE_S, fps=fps, seconds=seconds),
    }  # fmt: skip


def run_one(
    part: str, trace: str, service: Service, name: str, reader: Reader, fps: float, seconds: float,
    oracle: Row, seed: int,
) -> tuple[Row, Kept, CallLog]:  # fmt: skip
    """One policy on one trace."""
    setup = CallSetup(fps=fps, seconds=seconds, reader=reader, seed=seed)
    policy = POLICIES[name](fps, reader)
    began = time.process_time()
    log = run_call(policy, LinkShape(service), setup)
    took_s = time.process_time() - began
    scored = score(log, reader=reader, service=service)
    low_ms, high_ms = bootstrap_p95_ms(scored.latency_s, fps, seed=seed, draws=DRAWS)
    row = {
        "part": part, "trace": trace, "fps": fps, "policy": name,
        "p50_ms": scored.p50_ms, "p95_ms": scored.p95_ms, "p99_ms": scored.p99_ms,
        "p95_low_ms": low_ms, "p95_high_ms": high_ms,
        "ratio": scored.p95_ms / oracle["p95_ms"],
        "ratio_sized": scored.p95_ms / oracle["sized_p95_ms"],
        "late_share": scored.late_share, "mean_bps": scored.mean_bps,
        "readable_share": scored.readable_share,
        "readable_on_time_share": scored.readable_on_time_share,
        "headroom_share": scored.headroom_share, "skipped_share": scored.skipped_share,
        "speed_x": (seconds + AFTER_S) / max(took_s, 1e-9),
    }  # fmt: skip
    return row, Kept(trace, name, fps, scored, _oracle(service, fps, seconds)), log


def intervals(kept: Iterable[Kept], fps: float, seed: int) -> list[Row]:
    """95 % intervals of the geo-mean ratio, and of the readable share against published."""
    kept = [one for one in kept if one.fps == fps]
    rows: list[Row] = []
    theirs = {one.trace: one for one in kept if one.policy == PUBLISHED}
    for policy in dict.fromkeys(one.policy for one in kept):
        mine = [one for one in kept if one.policy == policy]
        chance = np.random.default_rng(seed)
        geo, points = [], []
        for _ in range(DRAWS):
            logs, gained = 0.0, []
            for one in mine:
                count = len(blocks(one.score.latency_s, fps))
                drawn = chance.integers(count, size=count)
                logs += np.log(_p95(one.score, drawn, fps) / _p95(one.oracle, drawn, fps))
                other = theirs.get(one.trace)
                if other is not None:
                    gained.append(
                        _readable(one.score, drawn, fps) - _readable(other.score, drawn, fps)
                    )
            geo.append(float(np.exp(logs / len(mine))))
            if gained:
                points.append(100 * float(np.mean(gained)))
        row: Row = {"part": "interval", "policy": policy, "fps": fps}
        row["ratio_geo_95"] = [float(v) for v in np.percentile(geo, (2.5, 97.5))]
        if points:
            row["readable_vs_published_pts_95"] = [
                float(v) for v in np.percentile(points, (2.5, 97.5))
            ]
        rows.append(row)
    return rows


def speed(rows: Sequence[Row]) -> float | None:
    """Of our controller and the simulation around it, on one core."""
    times = [1 / row["speed_x"] for row in rows if row.get("policy") == OURS and "speed_x" in row]
    return len(times) / sum(times) if times else None


def _oracle(service: Service, fps: float, seconds: float) -> Score:
    return score(oracle_call(service, lambda t: ORACLE_BPS, fps=fps, seconds=seconds))


def _p95(scored: Score, drawn: Any, fps: float) -> float:
    cut = blocks(scored.latency_s, fps)
    return float(np.percentile(np.concatenate([cut[k] for k in drawn]), 95))


def _readable(scored: Score, drawn: Any, fps: float) -> float:
    assert scored.readable is not None
    cut = blocks(scored.readable, fps)
    return float(np.mean(np.concatenate([cut[k] for k in drawn])))
