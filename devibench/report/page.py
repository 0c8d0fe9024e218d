"""All of a report through its two templates: a page that needs nothing else, and Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from articgw.errors import ConfigError
from devibench.extras import bench_extra
from devibench.report import figures, tables
from devibench.report.blind import Looking, blind_arms, lacking, looking
from devibench.report.curves import Curve, curves_of
from devibench.report.flips import Flip, worst
from devibench.report.judges import Judged, judged_twice
from devibench.report.runs import Arm, Run, arms_of, same_questions
from devibench.statistics.clustered import Interval
from devibench.statistics.saturation import Distribution

TEMPLATES = Path(__file__).parent / "templates"
MOST_BARS = 4
"""Arms in the picture by type; the table beneath it has all."""
LEAST_RUNGS = 2
"""Of a curve with a saturation."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told."""

    runs: tuple[Run, ...]
    arms: tuple[tables.ArmRow, ...]
    versus: tuple[tables.Versus, ...]
    deltas: tuple[tables.Delta, ...]
    curves: tuple[Curve, ...]
    against: Curve
    saturations: dict[str, Distribution]
    types: tuple[str, ...]
    by_type: dict[str, list[Interval | None]]
    reliabilities: dict[str, tables.Reliability]
    looking: tuple[Looking, ...]
    judged: tuple[Judged, ...]
    baselines: dict[str, float]
    """What is reached without looking, 0..1, by name."""
    flips: tuple[Flip, ...]
    warnings: tuple[str, ...] = field(default=())


def report_on(runs: Sequence[Run], against: str | None = None) -> Report:
    """Work everything out. ``against`` names an arm or a curve; if not given, the first
    that has several rates, or the first.

    Raises `ConfigError` where there is no such arm, or no arm at all.
    """
    arms = arms_of(runs)
    seeing = [arm for arm in arms if not arm.text_only]
    if not seeing:
        raise ConfigError("no arm has a judged answer; evaluate further, or score the answers")
    blind = blind_arms(runs, arms)
    curves = curves_of(seeing)
    reference = _reference(curves, against)
    paired = [
        (rung.arm, other)
        for curve in curves
        for rung in curve.rungs
        if (other := tables.opposite(rung.arm, rung.label, reference)) is not None
    ]
    comparable = same_questions(runs)
    rows = tuple(tables.arm_row(arm) for arm in (*seeing, *blind))
    types, by_type = tables.by_type((*seeing, *blind))
    reliable = {
        curve.name: told
        for curve in curves
        if (told := tables.reliability([rung.arm for rung in curve.rungs])) is not None
    }
    return Report(
        runs=tuple(runs),
        arms=rows,
        versus=tuple(
            row for one, other in paired if comparable and (row := tables.versus(one, other))
        ),
        deltas=tuple(
            tables.delta(curve, reference)
            for curve in curves
            if comparable and curve is not reference and len(curve.rungs) > 1
        ),
        curves=curves,
        against=reference,
        saturations={
            curve.name: tables.saturation(curve)
            for curve in curves
            if len(curve.rungs) >= LEAST_RUNGS
        },
        types=types,
        by_type=by_type,
        reliabilities=reliable,
        looking=looking(seeing, blind),
        judged=judged_twice(runs),
        baselines={row.arm.name: row.accuracy.value for row in rows if row.arm in blind},
        flips=worst(arms) if comparable else (),
        warnings=(*_warnings(runs, arms), *lacking(runs, blind)),
    )


def html(report: Report) -> str:
    """The page."""
    return _rendered("page.html.jinja", report, escape=True)


def markdown(report: Report) -> str:
    """The table, and what stands against what."""
    return _rendered("table.md.jinja", report, escape=False)


def _rendered(name: str, report: Report, *, escape: bool) -> str:
    with bench_extra():
        import jinja2
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "percent": _percent, "points": _points, "ms": _ms, "p": _p, "change": _change,
        "more": _more,
    }  # fmt: skip
    pictures = _pictures(report) if escape else {}
    return environment.get_template(name).render(report=report, pictures=pictures)


def _pictures(report: Report) -> dict[str, str]:
    rows = {row.arm.name: row for row in report.arms}
    names = [figures.Name(curve.name, number) for number, curve in enumerate(report.curves)]
    rated, delayed = [], []
    for number, curve in enumerate(report.curves):
        held = [(rung, rows[rung.arm.name]) for rung in curve.rungs]
        dots = [figures.Dot(rung.bps, row.accuracy) for rung, row in held if rung.bps > 0]
        rated.append(figures.Series(curve.name, number, tuple(dots)))
        dots = [
            figures.Dot(row.latency_p95_ms, row.accuracy, rung.label)
            for rung, row in held
            if math.isfinite(row.latency_p95_ms)
        ]
        delayed.append(figures.Series(curve.name, number, tuple(dots)))
    found = {"rate": figures.rate_accuracy(rated, report.baselines)}
    if any(dot.x > 0 for series in delayed for dot in series.dots):
        found["delay"] = figures.delay_accuracy(delayed)
    if report.saturations:
        edges = _edges(report)
        counts = {
            name: report.saturations[name.text].counts([1e3 * kbps for kbps in edges])
            for name in names
            if name.text in report.saturations
        }
        found["saturation"] = figures.saturation(edges, counts)
    if report.types:
        lowest = [
            figures.Name(curve.rungs[0].arm.name, number)
            for number, curve in enumerate(report.curves[:MOST_BARS])
        ]
        bars = {name: report.by_type[name.text] for name in lowest}
        found["types"] = figures.by_type(report.types, bars)
    if report.reliabilities:
        told = report.reliabilities
        bins = {name: told[name.text].bins for name in names if name.text in told}
        found["calibration"] = figures.calibration(bins)
    return found


def _edges(report: Report) -> tuple[float, ...]:
    places = max((curve.rungs for curve in report.curves), key=len)
    columns = [
        fmean(curve.rungs[place].bps for curve in report.curves if len(curve.rungs) == len(places))
        for place in range(len(places))
    ]
    return tuple(sorted({float(f"{bps / 1e3:.2g}") for bps in columns}))


def _reference(curves: Sequence[Curve], against: str | None) -> Curve:
    if against is None:
        return next((curve for curve in curves if len(curve.rungs) >= LEAST_RUNGS), curves[0])
    for curve in curves:
        if against == curve.name:
            return curve
        for rung in curve.rungs:
            if against in (rung.arm.name, rung.arm.arm):
                return Curve(rung.arm.name, (rung,))
    known = ", ".join([curve.name for curve in curves] + [r.arm.name for r in curves[0].rungs])
    raise ConfigError(f"--against {against}: no such arm or curve; there are {known}, …")


def _warnings(runs: Sequence[Run], arms: Sequence[Arm]) -> list[str]:
    found = []
    if not same_questions(runs):
        found.append("The runs are about different data sets: nothing is compared in pairs.")
    for run in runs:
        if run.failed:
            found.append(f"{run.name}: {run.failed} questions have no answer or no verdict.")
    if len({(run.meta.backend, run.meta.judge) for run in runs}) > 1:
        found.append("The runs have different models or judges.")
    fewest = min(len({tables.video(line) for line in arm.lines.values()}) for arm in arms)
    if fewest < 8:
        found.append(f"An arm has only {fewest} videos: intervals over so few are rough.")
    return found


def _percent(part: float, digits: int = 1) -> str:
    return f"{100 * part:.{digits}f}"


def _points(part: float) -> str:
    return f"{100 * part:+.1f}".replace("-", "−")


def _change(ratio: float) -> str:
    return f"{100 * ratio:+.0f} %".replace("-", "−")


def _more(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−") if math.isfinite(value) else "never"


def _ms(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "never"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
