"""Draws a trace: rates over time, delays, and how well each answer could be read.

matplotlib belongs to the bench and is imported late: a gateway does without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from articgw.errors import ConfigError
from articgw.trace_read import Estimated, Second, TraceLog
from articgw.trace_summary import Question, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_IN = (11.0, 7.5)
INK, MUTED, GRID, SHADE, CAPACITY = "#22272e", "#6b7480", "#e4e7eb", "#fff1d6", "#dfe5ec"
BLUE, ORANGE, GREEN, RED = "#2f6fb7", "#d9822b", "#2e8b57", "#c23b3b"
RATE = "Mb/s"
FLOOR = 0.0
"""Where a mark stands that has no readability."""
Points = tuple[list[float], list[float]]


def draw(log: TraceLog, summary: Summary, out: Path) -> None:
    """Write a picture. Raises `ConfigError` without matplotlib or where it cannot be written."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError("--plot needs matplotlib: pip install 'articgw[bench]'") from error
    figure = Figure(figsize=SIZE_IN, dpi=120, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    rates, delays, reads = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 2))
    seconds = log.of(Second)
    _rates(rates, log, seconds)
    _delays(delays, log, seconds, summary.questions)
    _reads(reads, summary.questions)
    for axes in (rates, delays, reads):
        _dress(axes, log, seconds, summary.questions)
    reads.set_xlim(0, max(summary.duration_s, 1.0))
    reads.set_xlabel("s since the call began", color=INK)
    figure.suptitle(
        f"session {summary.session} · {summary.wall[:19].replace('T', ' ')} UTC · "
        f"articgw {summary.version}",
        x=0.01, ha="left", fontsize=11, color=INK,
    )  # fmt: skip
    try:
        figure.savefig(out)
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot write {out}: {error}") from error


def _rates(axes: Axes, log: TraceLog, seconds: list[Second]) -> None:
    capacity = _points((s.t - log.start.t, s.capacity_bps) for s in seconds)
    if capacity[0]:
        capacity = capacity[0], [bps / 1e6 for bps in capacity[1]]
        axes.fill_between(
            *capacity, step="pre", color=CAPACITY, alpha=0.6, lw=0, label="capacity", zorder=1
        )
    changes = [(line.t - log.start.t, line.estimate_bps) for line in log.of(Estimated)]
    changes += [(second.t - log.start.t, second.estimate_bps) for second in seconds]
    estimates = _points(iter(sorted(changes, key=itemgetter(0))))
    for (times_s, bps), colour, style, label in (
        (estimates, BLUE, "-", "estimate"),
        (_points((s.t - log.start.t, s.cap_bps) for s in seconds), ORANGE, "--", "cap"),
        (_points((s.t - log.start.t, s.received_bps) for s in seconds), GREEN, "-", "received"),
    ):
        mbps = [value / 1e6 for value in bps]
        axes.plot(times_s, mbps, style, color=colour, lw=1.6, label=label, zorder=3)
    axes.set_ylabel(RATE, color=INK)
    axes.set_ylim(bottom=0)


def _delays(
    axes: Axes, log: TraceLog, seconds: list[Second], questions: tuple[Question, ...]
) -> None:
    ages = _points((s.t - log.start.t, s.frame_age_ms) for s in seconds)
    queues = _points((s.t - log.start.t, s.queue_ms) for s in seconds)
    axes.plot(*ages, color=BLUE, lw=1.6, label="age of the newest frame", zorder=3)
    axes.fill_between(*queues, color=RED, alpha=0.25, lw=0, zorder=2)
    axes.plot(*queues, color=RED, lw=1.2, label="queue", zorder=3)
    looks = _points((q.asked_s, q.frame_age_ms) for q in questions)
    axes.plot(*looks, "o", color=INK, ms=5, label="age of the frame looked at", zorder=4)
    axes.set_ylabel("ms", color=INK)
    axes.set_ylim(bottom=0)


def _reads(axes: Axes, questions: tuple[Question, ...]) -> None:
    answered = [q for q in questions if q.done_ms is not None]
    known = _points((q.ended_s, q.readability) for q in answered)
    axes.vlines(known[0], 0, known[1], color=BLUE, lw=1.4, zorder=3)
    axes.plot(
        *known, "o", color=BLUE, ms=7, label="readability of the answer", zorder=5, clip_on=False
    )
    unknown = _points((q.ended_s, FLOOR) for q in answered if q.readability is None)
    if unknown[0]:
        label = "answered, readability unknown"
        axes.plot(*unknown, "o", mfc="white", mec=BLUE, ms=7, label=label, zorder=5, clip_on=False)
    failed = [q for q in questions if q.done_ms is None and q.ended_s is not None]
    if failed:
        label = "not answered: " + ", ".join(sorted({q.end for q in failed}))
        crosses = _points((q.ended_s, FLOOR) for q in failed)
        axes.plot(*crosses, "x", color=RED, ms=8, mew=2, label=label, zorder=5, clip_on=False)
    for question in questions:
        axes.annotate(
            "?", (question.asked_s, 1.16), ha="center", va="center", color=INK, fontsize=11,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    axes.set_ylabel("readability", color=INK)
    axes.set_ylim(0, 1.3)
    axes.set_yticks([0, 0.5, 1])


def _dress(
    axes: Axes, log: TraceLog, seconds: list[Second], questions: tuple[Question, ...]
) -> None:
    for number, (from_s, to_s) in enumerate(_stretches(log, seconds)):
        label = "asked" if number == 0 and axes.get_ylabel() == RATE else None
        axes.axvspan(from_s, to_s, color=SHADE, lw=0, zorder=0, label=label)
    for question in questions:
        axes.axvline(question.asked_s, color=MUTED, lw=0.8, ls=":", zorder=2)
    axes.grid(axis="y", color=GRID, lw=0.8, zorder=1)
    axes.tick_params(colors=MUTED, labelsize=9)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(GRID)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=6, frameon=False, fontsize=9,
        labelcolor=INK, borderaxespad=0.2, handlelength=1.4, columnspacing=1.6,
    )  # fmt: skip


def _stretches(log: TraceLog, seconds: list[Second]) -> Iterator[tuple[float, float]]:
    """From and to, in s, of the time in which a question was open or expected."""
    before_s, since_s = 0.0, None
    for second in seconds:
        now_s = second.t - log.start.t
        if second.asked and since_s is None:
            since_s = before_s
        elif not second.asked and since_s is not None:
            yield since_s, before_s
            since_s = None
        before_s = now_s
    if since_s is not None:
        yield since_s, before_s


def _points(pairs: Iterator[tuple[float | None, float | None]]) -> Points:
    known = [(x, y) for x, y in pairs if x is not None and y is not None]
    return [x for x, _ in known], [y for _, y in known]
