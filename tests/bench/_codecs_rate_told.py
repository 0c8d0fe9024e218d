"""What is told of the client's encoder along a cap: is it over it, and does it use it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from artic_codecs.steer import Treatment
from tests.bench._codecs_film import Film
from tests.bench._codecs_rate_course import Course, SentFrame

WINDOW_S, WINDOW_LOOKS, USE_S = 1.0, 4, 10.0
MOST_AT_BEST = 0.1
"""Share of the cap that frames at the best quantiser had, in a time of which it is asked whether it
was used: they could not use more bits."""


@dataclass(frozen=True, slots=True)
class Row:
    """One film, one treatment, one course."""

    film: str
    how: str
    course: str
    fps: float | None
    over_cap: float
    """Of the busiest second, or time of four looks: by what share of its cap it is over."""
    use_10s: float | None
    """Of the idlest ten seconds, the share of the cap that was sent, but for the second after a
    rise; None where every ten seconds hold pictures that could not use it."""
    rise_use: float | None
    """The same of the second second after a rise, the least of them."""
    largest_frame: float
    """In mean budgets; all but keyframes that were asked for."""
    asked_keyframe: float
    unasked_keyframes: int
    """A row of looks, which are all keyframes, counts once."""
    left_out: float
    """Share of the pictures that were not sent."""


def row_of(film: Film, how: Treatment, course: Course, sent: Sequence[SentFrame]) -> Row:
    """What there is to say of one run."""
    means = [course.trace.bits(one.t, one.t + one.interval_s) for one in sent]
    sizes = [one.bits / mean for one, mean in zip(sent, means, strict=True)]
    asked = [one.asked for one in sent]
    rows = [one.keyframe and not one.asked for one in sent]
    uses = [u for n in range(len(sent)) if (u := _use(course, sent, n, USE_S)) is not None]
    rises = [_use(course, [one for one in sent if one.t >= t + 1], 0, 1.0) for t in course.rises]
    return Row(
        film.clip.name,
        how.value,
        course.name,
        course.steady_fps,
        over_cap=max(0.0, max(_shares(course, sent)) - 1),
        use_10s=min(uses, default=None),
        rise_use=min((u for u in rises if u is not None), default=None),
        largest_frame=max(size for size, key in zip(sizes, asked, strict=True) if not key),
        asked_keyframe=max(size for size, key in zip(sizes, asked, strict=True) if key),
        unasked_keyframes=sum(b and not a.keyframe for a, b in zip(sent, rows[1:], strict=False)),
        left_out=sum(one.bits == 0 for one in sent) / len(sent),
    )


def _shares(course: Course, sent: Sequence[SentFrame]) -> Iterator[float]:
    for n, first in enumerate(sent):
        window_s, longest_s = 0.0, WINDOW_S / WINDOW_LOOKS
        while window_s < WINDOW_LOOKS * longest_s:
            window_s = max(WINDOW_S, WINDOW_LOOKS * longest_s)
            inside = _inside(sent, n, window_s)
            longest_s = max(one.interval_s for one in inside)
        if first.t + window_s <= course.seconds + 1e-6:
            bits = sum(one.bits for one in inside)
            yield bits / course.trace.bits(first.t, first.t + window_s)


def _use(course: Course, sent: Sequence[SentFrame], n: int, window_s: float) -> float | None:
    first_t = sent[n].t
    inside = _inside(sent, n, window_s)
    counted = [
        one for one in inside if not any(-1e-6 <= one.t - rise < 1 - 1e-6 for rise in course.rises)
    ]
    means = [course.trace.bits(one.t, one.t + one.interval_s) for one in counted]
    at_best = sum(mean for one, mean in zip(counted, means, strict=True) if one.at_best)
    if at_best > MOST_AT_BEST * sum(means) or first_t + window_s > course.seconds + 1e-6:
        return None
    return sum(one.bits for one in counted) / sum(means)


def _inside(sent: Sequence[SentFrame], n: int, window_s: float) -> list[SentFrame]:
    return [one for one in sent[n:] if one.t < sent[n].t + window_s - 1e-6]


def over_cap_1s(rows: Sequence[Row]) -> float | None:
    """The worst of all rows; a goal of ``codecs.json``."""
    return max((row.over_cap for row in rows), default=None)


def by_arm(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Over films, a row per treatment and course, of the worst that happened."""
    keys = list(dict.fromkeys((row.how, row.course, row.fps) for row in rows))
    told = []
    for how, course, fps in keys:
        mine = [row for row in rows if (row.how, row.course, row.fps) == (how, course, fps)]
        told.append(
            {"arm": f"client, {how}", "course": course, "fps": fps, "films": len(mine)}
            | {name: _worst(mine, name, max) for name in _MOST}
            | {name: _worst(mine, name, min) for name in _LEAST}
        )
    return told


def print_arms(told: Sequence[dict[str, Any]], console: Console) -> None:
    """A line per treatment and course."""
    names = ("arm", "course", "fps", *_MOST, *_LEAST)
    table = Table(*names, title="the cap, and how it is kept; worst of all films")
    for row in told:
        table.add_row(*(_shown(row[name]) for name in names))
    console.print(table)


_MOST = ("over_cap", "largest_frame", "asked_keyframe", "unasked_keyframes", "left_out")
_LEAST = ("use_10s", "rise_use")


def _worst(rows: Sequence[Row], name: str, of: Any) -> Any:
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return of(known) if known else None


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else "-" if value is None else str(value)
