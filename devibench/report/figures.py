"""The report's pictures, each from figures that are already worked out.

Intervals are bars or bands; a curve keeps its colour and its mark in all pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from devibench.extras import bench_extra
from devibench.report.ink import INK, colour, drawing, marker, svg

Interval = tuple[float, float, float]
"""Value, low, high."""
NICE_KBPS = tuple(step * 10**power for power in range(5) for step in (1, 2, 5))
MOST_LABELS = 12


class Name(NamedTuple):
    """Of a curve, or of one of its arms, and the curve's number."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One arm in a plane."""

    x: float
    accuracy: Interval
    note: str = ""
    """Written beside it, where there is room."""


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: a policy at its rates. ``number`` gives its colour and mark, in all pictures."""

    name: str
    number: int
    dots: tuple[Dot, ...]


def rate_accuracy(curves: Sequence[Series], baselines: Mapping[str, float]) -> str:
    """Accuracy against measured bits, with what is reached without any picture."""
    with drawing():
        figure, axes = _axes()
        _planes(axes, curves, lines=True)
        for place, (name, value) in enumerate(sorted(baselines.items(), key=lambda one: one[1])):
            axes.axhline(100 * value, color=INK, linestyle=(0, (1, 2 + 2 * place)), linewidth=1)
            axes.annotate(
                f"{name} {100 * value:.0f} %", (1, 100 * value), xycoords=("axes fraction", "data"),
                ha="right", va="bottom", fontsize=9, color=INK,
            )  # fmt: skip
        _kilobits(axes, [dot.x for curve in curves for dot in curve.dots])
        axes.set_ylabel("answered rightly, %")
        _legend(figure, axes, len(curves))
        return svg(figure, "Accuracy against bitrate")


def delay_accuracy(curves: Sequence[Series]) -> str:
    """Accuracy against the P95 of the frames' delay; the best are top left."""
    with drawing():
        figure, axes = _axes()
        _planes(axes, curves, lines=False)
        found = [dot.x for curve in curves for dot in curve.dots]
        if found and max(found) > 8 * max(1.0, min(found)):
            axes.set_xscale("symlog", linthresh=100)
        axes.set_xlim(left=0)
        axes.set_xlabel("frame delay, P95, ms")
        axes.set_ylabel("answered rightly, %")
        _legend(figure, axes, len(curves))
        return svg(figure, "Accuracy against delay")


def saturation(edges_kbps: Sequence[float], counts: Mapping[Name, Sequence[int]]) -> str:
    """Questions by the rate that is enough for them; the last bin never got there."""
    with drawing():
        figure, axes = _axes()
        labels = [f"≤ {edges_kbps[0]:.0f}"]
        labels += [f"{a:.0f}–{b:.0f}" for a, b in zip(edges_kbps, edges_kbps[1:], strict=False)]
        _bars(axes, [*labels, "never"], counts)
        axes.set_xlabel("enough, kb/s")
        axes.set_ylabel("questions")
        _legend(figure, axes, len(counts))
        return svg(figure, "Questions by the bitrate that is enough")


def by_type(types: Sequence[str], arms: Mapping[Name, Sequence[Interval | None]]) -> str:
    """Accuracy by task type, a bar per arm; None where an arm has no such question."""
    with drawing():
        figure, axes = _axes(height=max(3.0, 1.2 + 0.17 * len(types) * (len(arms) + 1)))
        thick = 0.8 / max(1, len(arms))
        for row, (name, values) in enumerate(arms.items()):
            for place, value in enumerate(values):
                if value is None:
                    continue
                y = place + (row - (len(arms) - 1) / 2) * thick
                label = name.text if place == _first(values) else None
                axes.barh(y, 100 * value[0], thick * 0.9, color=colour(name.number), label=label)
                axes.plot([100 * value[1], 100 * value[2]], [y, y], color=INK, linewidth=1.2)
        axes.set_yticks(range(len(types)), [_wrapped(name) for name in types])
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("answered rightly, %")
        _legend(figure, axes, len(arms))
        return svg(figure, "Accuracy by task type")


def calibration(bins: Mapping[Name, Sequence[tuple[float, float, int]]]) -> str:
    """Said confidence against accuracy; the diagonal is honest, and larger dots hold more."""
    with drawing():
        figure, axes = _axes(width=4.6, height=4.4)
        axes.plot([0, 1], [0, 1], color=INK, linestyle=":", linewidth=1)
        for name, points in bins.items():
            kept = [point for point in points if point[2]]
            most = max((point[2] for point in kept), default=1)
            said, were = [point[0] for point in kept], [point[1] for point in kept]
            ink, mark = colour(name.number), marker(name.number)
            axes.plot(said, were, color=ink, linewidth=1.2)
            areas = [20 + 160 * point[2] / most for point in kept]
            axes.scatter(said, were, areas, color=ink, marker=mark, alpha=0.8)
            axes.plot([], [], color=ink, marker=mark, linewidth=1.2, label=name.text)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
        axes.set_xlabel("said confidence")
        axes.set_ylabel("part that was right")
        _legend(figure, axes, len(bins))
        return svg(figure, "Confidence against accuracy")


def _axes(width: float = 6.4, height: float = 4.0) -> tuple[Any, Any]:
    with bench_extra():
        from matplotlib.figure import Figure
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return figure, axes


def _planes(axes: Any, curves: Sequence[Series], *, lines: bool) -> None:
    for curve in curves:
        dots = sorted(curve.dots, key=lambda dot: dot.x)
        across = [dot.x for dot in dots]
        value, low, high = ([100 * dot.accuracy[part] for dot in dots] for part in range(3))
        ink = colour(curve.number)
        if lines and len(dots) > 1:
            axes.fill_between(across, low, high, color=ink, alpha=0.12, linewidth=0)
        else:
            axes.vlines(across, low, high, color=ink, linewidth=1.4)
        axes.plot(
            across, value, marker=marker(curve.number), markersize=6, color=ink, label=curve.name,
            linewidth=1.8 if lines else 0.8, alpha=1.0 if lines else 0.9,
            linestyle="-" if lines else ":",
        )  # fmt: skip
        for dot in dots:
            if dot.note:
                axes.annotate(
                    dot.note, (dot.x, 100 * dot.accuracy[0]), xytext=(5, 4),
                    textcoords="offset points", fontsize=8.5, color=ink,
                )  # fmt: skip
    axes.set_ylim(-3, 104)


def _kilobits(axes: Any, bps: Sequence[float]) -> None:
    axes.set_xlabel("measured kb/s")
    if not bps:
        return
    axes.set_xscale("log")
    low, high = min(bps) / 1.2, max(bps) * 1.2
    axes.set_xlim(low, high)
    ticks = [kbps for kbps in NICE_KBPS if low <= 1e3 * kbps <= high]
    axes.set_xticks([1e3 * kbps for kbps in ticks], [f"{kbps:g}" for kbps in ticks])
    axes.minorticks_off()


def _bars(axes: Any, labels: Sequence[str], counts: Mapping[Name, Sequence[int]]) -> None:
    thick = 0.85 / max(1, len(counts))
    for row, (name, values) in enumerate(counts.items()):
        places = [place + (row - (len(counts) - 1) / 2) * thick for place in range(len(values))]
        axes.bar(places, values, thick * 0.92, color=colour(name.number), label=name.text)
    axes.set_xticks(range(len(labels)), labels)
    axes.grid(axis="x", visible=False)


def _legend(figure: Any, axes: Any, count: int) -> None:
    if 1 < count <= MOST_LABELS or (count == 1 and axes.get_legend_handles_labels()[1]):
        figure.legend(loc="outside lower center", ncols=min(3, max(1, count)))


def _first(values: Sequence[Interval | None]) -> int:
    return next(place for place, value in enumerate(values) if value is not None)


def _wrapped(name: str) -> str:
    return name.replace(" ", "\n", 1) if len(name) > 14 else name
