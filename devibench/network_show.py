"""Tables and pictures of ``devibench network``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean, geometric_mean
from typing import Any

from rich.table import Table

from artic_abr.simulation import CallLog, Reader, Score, Service
from devibench.extras import bench_extra
from devibench.network import Outcome


def per_trace(outcomes: Sequence[Outcome]) -> Table:
    """A line per trace and policy."""
    table = Table(
        "trace", "policy", "P50 ms", "P95 ms", "P99 ms", "to oracle", "late", "kb/s", "readable"
    )
    for one in outcomes:
        table.add_row(one.trace, one.policy, *_figures(one.score, one.ratio))
    return table


def overall(outcomes: Sequence[Outcome]) -> Table:
    """A line per policy."""
    table = Table(
        "policy", "P95 to oracle, geo-mean", "worst", "late", "kb/s", "readable", title="Overall"
    )
    for policy in dict.fromkeys(one.policy for one in outcomes):
        mine = [one for one in outcomes if one.policy == policy]
        ratios = [one.ratio for one in mine]
        table.add_row(
            policy,
            f"{geometric_mean(ratios):.3f}",
            f"{max(ratios):.2f}",
            f"{fmean(one.score.late_share for one in mine):.1%}",
            f"{fmean(one.score.mean_bps for one in mine) / 1e3:.0f}",
            f"{fmean(one.score.readable_share or 0.0 for one in mine):.1%}",
        )
    return table


def plot(
    logs: Mapping[str, CallLog], service: Service, reader: Reader, title: str, file: Path
) -> None:
    """Capacity, estimate, cap, rate, frame delay and readability over time; a column each log."""
    with bench_extra():
        from matplotlib.figure import Figure
    figure = Figure(figsize=(1 + 11 / len(logs) ** 0.5 * len(logs), 8), layout="constrained")
    axes = figure.subplots(
        3, len(logs), sharex=True, sharey="row", squeeze=False, height_ratios=(3, 2, 1)
    )
    for column, (name, log) in enumerate(logs.items()):
        _draw(axes[:, column], log, service, reader, first=not column)
        axes[0, column].set_title(name if len(logs) > 1 else "")
    figure.suptitle(title)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110 if len(logs) == 1 else 75)


def _draw(axes: Any, log: CallLog, service: Service, reader: Reader, *, first: bool) -> None:
    rates, delays, reads = axes
    start_t = log.captured_t[0]
    times = [t for t in log.captured_t if t - start_t < log.seconds]
    scored = len(times)
    seconds = [start_t + 0.5 * k for k in range(int(2 * log.seconds))]
    capacity = [service.bps(t, t + 0.5) / 1e6 for t in seconds]
    rates.fill_between(seconds, capacity, step="post", color="0.88", label="capacity")
    rates.plot(times, [b / 1e6 for b in log.estimate_bps[:scored]], lw=1, label="estimate")
    rates.plot(times, [b / 1e6 for b in log.cap_bps[:scored]], lw=1, label="cap")
    sent = [_mean(log.bps[k : k + round(log.fps)]) / 1e6 for k in range(scored)]
    rates.plot(times, sent, lw=1, label="sent, mean of a second")
    rates.set_yscale("symlog", linthresh=0.1)
    rates.set_ylim(0, 30)
    came = [
        (a, 1000 * (b - a))
        for a, b in zip(times, log.arrived_t[:scored], strict=True)
        if b is not None
    ]
    delays.plot([a for a, _ in came], [d for _, d in came], ".", ms=2)
    delays.set_yscale("log")
    read = [
        reader.curve(t - start_t)(b) if b else float("nan")
        for t, b in zip(times, log.bps, strict=False)
    ]
    reads.plot(times, read, ".", ms=2)
    reads.axhline(0.8, color="0.5", lw=0.8)
    reads.set_ylim(0, 1.05)
    reads.set_xlabel("s")
    if first:
        rates.set_ylabel("Mb/s")
        rates.legend(ncols=4, fontsize=8, loc="upper right")
        delays.set_ylabel("frame delay, ms")
        reads.set_ylabel("readability")


def _figures(scored: Score, ratio: float) -> tuple[str, ...]:
    delays = (f"{value:.0f}" for value in (scored.p50_ms, scored.p95_ms, scored.p99_ms))
    readable = "" if scored.readable_share is None else f"{scored.readable_share:.1%}"
    rate = f"{scored.mean_bps / 1e3:.0f}"
    return (*delays, f"{ratio:.2f}", f"{scored.late_share:.1%}", rate, readable)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))
