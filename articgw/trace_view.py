"""Prints what a trace amounts to."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from articgw.trace_summary import Question, Spread, Summary

NONE = "–"


def show(summary: Summary, console: Console) -> None:
    """Print a summary as tables."""
    console.print(Group(*_parts(summary)))


def _parts(summary: Summary) -> list[RenderableType]:
    head = Text.assemble(
        ("session ", "dim"), (summary.session, "bold"), f"  {summary.wall}  ",
        (f"articgw {summary.version}", "dim"),
    )  # fmt: skip
    parts: list[RenderableType] = [head, _counts(summary), _spreads(summary)]
    if summary.questions:
        parts.append(_questions(summary.questions))
    if summary.note:
        parts.append(Text(f"note: {summary.note}", style="yellow"))
    return parts


def _counts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    steers = _by_reason(summary.steers)
    if summary.steers:
        steers += f", {summary.steers_acked} acknowledged"
    table.add_row("duration", f"{summary.duration_s:.1f} s")
    table.add_row("asked", f"{summary.asked_s:.1f} s, idle {summary.idle_s:.1f} s")
    table.add_row("questions", str(len(summary.questions)))
    table.add_row("other errors", _by_reason(summary.other_errors))
    table.add_row("steers", steers)
    table.add_row("key frames", _by_reason(summary.keyframe_requests))
    if summary.tools:
        table.add_row("tools", _by_reason(summary.tools))
    if summary.ahead:
        table.add_row("read while typed", _by_reason(summary.ahead))
    table.add_row("looks ahead", str(summary.looks_ahead))
    return table


def _spreads(summary: Summary) -> Table:
    table = Table("each second", box=SIMPLE)
    for column in ("min", "median", "p95", "max"):
        table.add_column(column, justify="right")
    for name, spread, scale in (
        ("estimate, kb/s", summary.estimate_bps, 1e-3),
        ("cap, kb/s", summary.cap_bps, 1e-3),
        ("received, kb/s", summary.received_bps, 1e-3),
        ("frame age, ms", summary.frame_age_ms, 1.0),
        ("queue, ms", summary.queue_ms, 1.0),
    ):
        table.add_row(name, *_points(spread, scale))
    return table


def _questions(questions: tuple[Question, ...]) -> Table:
    table = Table("id", box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("end", overflow="fold")
    for column in ("at, s", "age, ms", "readable", "text, ms", "done, ms"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("by")
    for question in questions:
        readable = question.readability
        table.add_row(
            question.id,
            question.end,
            f"{question.asked_s:.1f}",
            _whole(question.frame_age_ms),
            NONE if readable is None else f"{readable:.2f}",
            _whole(question.first_text_ms),
            _whole(question.done_ms),
            question.readability_source or NONE,
        )
    return table


def _by_reason(counts: Mapping[str, int]) -> str:
    if not counts:
        return NONE
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count} {reason or 'without a reason'}" for reason, count in ordered)


def _points(spread: Spread | None, scale: float) -> list[str]:
    if spread is None:
        return [NONE] * 4
    points = (spread.min, spread.median, spread.p95, spread.max)
    return [f"{value * scale:,.0f}" for value in points]


def _whole(value: float | None) -> str:
    return NONE if value is None else f"{value:.0f}"
