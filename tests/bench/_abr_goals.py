"""From rows to goals: None where there was nothing to measure it on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean, geometric_mean
from typing import Any, Literal

from tests.bench._abr_data import NOT_IN_RATIO
from tests.bench._abr_policies import ESTIMATOR, OURS, PUBLISHED
from tests.bench._abr_suite import speed
from tests.bench._common import Goal

Row = dict[str, Any]
Better = Literal["higher", "lower"]


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """All of the issue, in its order."""
    return [Goal(name, value_of(rows), at, better) for name, value_of, at, better in _GOALS]


def of(rows: Sequence[Row], **wanted: Any) -> list[Row]:
    """Those with all these values."""
    return [row for row in rows if all(row.get(key) == value for key, value in wanted.items())]


def _ratios(rows: Sequence[Row], fps: float) -> list[float]:
    mine = of(rows, part="anchor", policy=OURS, fps=fps)
    return [row["ratio"] for row in mine if row["trace"] not in NOT_IN_RATIO]


def _geo(fps: float) -> Callable[[Sequence[Row]], float | None]:
    def value(rows: Sequence[Row]) -> float | None:
        ratios = _ratios(rows, fps)
        return geometric_mean(ratios) if ratios else None

    return value


def _mean(rows: Sequence[Row], key: str, **wanted: Any) -> float | None:
    values = [row[key] for row in of(rows, **wanted)]
    return None if not values or None in values else fmean(values)


def _readable(rows: Sequence[Row]) -> float | None:
    ours, theirs = (
        _mean(rows, "readable_share", part="anchor", policy=who, fps=30.0)
        for who in (OURS, PUBLISHED)
    )
    return None if ours is None or theirs is None else 100 * (ours - theirs)


def _rate(rows: Sequence[Row]) -> float | None:
    ours, theirs = (
        _mean(rows, "mean_bps", part="anchor", policy=who, fps=30.0) for who in (OURS, ESTIMATOR)
    )
    return None if ours is None or not theirs else ours / theirs


def _most(rows: Sequence[Row], key: str, **wanted: Any) -> float | None:
    values = [row[key] for row in of(rows, **wanted)]
    return None if not values or None in values else max(values)


_GOALS: tuple[tuple[str, Callable[[Sequence[Row]], float | None], float, Better], ...] = (
    ("p95_ratio_geo", _geo(30.0), 1.15, "lower"),
    ("p95_ratio_worst", lambda rows: max(_ratios(rows, 30.0), default=None), 1.6, "lower"),
    ("p95_ratio_geo_5fps", _geo(5.0), 1.25, "lower"),
    ("readable_vs_published_pts", _readable, -1, "higher"),
    ("rate_vs_estimator", _rate, 0.5, "lower"),
    ("start_s", lambda rows: _most(rows, "to_1m_s", part="start", policy=OURS), 1, "lower"),
    (
        "start_queue_200k_ms",
        lambda rows: _most(rows, "queue_200k_ms", part="start", policy=OURS), 300, "lower",
    ),
    ("regain_s", lambda rows: _most(rows, "regain_s", part="regain", policy=OURS), 1, "lower"),
    ("rfc51_p99_ms", lambda rows: _most(rows, "p99_ms", case="5.1", policy=OURS), 150, "lower"),
    ("rfc51_use", lambda rows: _mean(rows, "use", case="5.1", policy=OURS), 0.85, "higher"),
    (
        "loss5_use",
        lambda rows: _mean(rows, "use", part="loss", loss=0.05, policy=OURS), 0.7, "higher",
    ),
    ("core_speed_x", speed, 200, "higher"),
)  # fmt: skip
"""Name, value, goal, direction."""
