"""What is told of the browser's arms: a table, and the two goals that are about them.

'At equal age': of packing and the browser's own way, the one whose newest frame is older (95 %) at
the rate at which it reads 90 % is given more until it is as young as the other, between two rates
interpolated in their logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.bench._codecs_arms import MOST_AGE_S
from tests.bench._codecs_chromium_arms import DEFAULT, MAINTAIN, MAINTAIN_5, PACKED
from tests.bench._codecs_curves import (
    EQUAL,
    Chosen,
    Reached,
    by_arm,
    interval,
    reached,
    things_of,
)
from tests.bench._codecs_score import Row
from tests.bench._codecs_told import mean, pooled_age_s, share
from tests.bench._codecs_wanted import goal
from tests.bench._common import Goal

RESAMPLES = 300
"""Each computes all points anew."""


class Point(NamedTuple):
    """One arm at one asked rate."""

    rate_bps: float
    wire_bps: float
    share: float
    age_s: float
    """95 % of the newest frame; infinite where none came."""
    fps: float


def points_of(rows: Sequence[Row]) -> tuple[Point, ...]:
    """Of one arm, by rate."""
    points = []
    for rate_bps in sorted({row["rate_bps"] for row in rows}):
        mine = [row for row in rows if row["rate_bps"] == rate_bps]
        wire, fps, age = (
            mean(row["wire_bps"] for row in mine),
            mean(row["sent_fps"] for row in mine),
            pooled_age_s(mine),
        )
        age_s = math.inf if age is None else age
        # Who sends nothing at a rate needs more than that rate.
        points.append(Point(rate_bps, wire or rate_bps, share(mine) or 0.0, age_s, fps or 0.0))
    return tuple(points)


def read_at(points: Sequence[Point]) -> Reached:
    """The rate on the wire at which an arm reads 90 %."""
    return reached([(point.wire_bps, point.share) for point in points])


def age_at(points: Sequence[Point], bps: float) -> float:
    """Age of the newest frame at that rate on the wire, s."""
    order = sorted(points, key=lambda point: point.wire_bps)
    if bps <= order[0].wire_bps:
        return order[0].age_s
    for low, high in pairwise(order):
        if bps <= high.wire_bps:
            if math.isinf(low.age_s) and bps < high.wire_bps:
                return low.age_s
            part = math.log(bps / low.wire_bps) / math.log(high.wire_bps / low.wire_bps)
            return low.age_s + part * (high.age_s - low.age_s) if part < 1 else high.age_s
    return order[-1].age_s


def read_and_young_at(points: Sequence[Point], age_s: float) -> Reached:
    """The rate at which an arm reads 90 % and its newest frame is no older than that."""
    read = read_at(points)
    young = reached([(p.wire_bps, EQUAL * min(1.0, age_s / p.age_s)) for p in points])
    return max(read, young, key=lambda one: (one.bound == "more than", one.bps))


def at_equal_age(ours: Sequence[Point], theirs: Sequence[Point]) -> tuple[Reached, Reached]:
    """Rates of both, as told above."""
    age_s = min(age_at(one, read_at(one).bps) for one in (ours, theirs))
    return read_and_young_at(ours, age_s), read_and_young_at(theirs, age_s)


def comparisons(rows: Sequence[Row]) -> list[Row]:
    """Each packing against each of the browser's own ways; ``value`` None: it never reads 90 %.

    With 95 % intervals over asked things, drawn again for both arms alike; where a drawn arm never
    reads 90 %, or does at its least rate, that rate stands.
    """
    known = {arm: list(mine) for arm, mine in by_arm(rows).items()}
    told = []
    for ours in (name for name in PACKED.values() if name in known):
        for theirs in (DEFAULT, *MAINTAIN_5.values(), MAINTAIN):
            if theirs in known:
                pair = (known[ours], known[theirs])
                mine, other = _rates(*pair, young=theirs != DEFAULT)
                value = None if mine.bound == "more than" else mine.bps / other.bps
                low, high = _band(*pair, young=theirs != DEFAULT)
                head: Row = {"kind": "browser_ratio", "arm": ours, "against": theirs}
                head |= {"value": value, "low": low, "high": high}
                head |= {"bps": mine.bps, "bound": mine.bound}
                told.append(head | {"against_bps": other.bps, "against_bound": other.bound})
    return told


def _rates(ours: Sequence[Row], theirs: Sequence[Row], *, young: bool) -> tuple[Reached, Reached]:
    pair = (points_of(ours), points_of(theirs))
    return at_equal_age(*pair) if young else (read_at(pair[0]), read_at(pair[1]))


def _band(ours: Sequence[Row], theirs: Sequence[Row], *, young: bool) -> tuple[float, float]:
    things = things_of(ours)
    of_thing = [
        tuple([row for row in arm if row["asked"] == thing] for arm in (ours, theirs))
        for thing in things
    ]

    def value(chosen: Chosen) -> float:
        mine, other = ([row for n in chosen for row in of_thing[n][arm]] for arm in (0, 1))
        rates = _rates(mine, other, young=young)
        return rates[0].bps / rates[1].bps

    low, high = interval(value, len(things), resamples=RESAMPLES)
    return float(low[0]), float(high[0])


def goals_of(rows: Sequence[Row]) -> list[Goal]:
    """The better of VP8 and H.264; of the browser's own ways with maintain-resolution the best."""
    told = comparisons(rows)
    goals = []
    for name, against in (
        ("browser_rate_vs_default", {DEFAULT}),
        ("browser_rate_vs_maintain", {*MAINTAIN_5.values(), MAINTAIN}),
    ):
        mine = [one for one in told if one["against"] in against]
        worst = [_most([one["value"] for one in same]) for same in by_arm(mine).values()]
        if mine:
            goals.append(goal(name, _least(worst)))
    return goals


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """A line per arm and rate; where each reads 90 %, and is no older than `MOST_AGE_S` too."""
    heads = ("arm", "asked kb/s", "wire kb/s", "read %", "fps", "age p95 ms", "SSIM", "refused")
    table = Table(*heads)
    for arm, mine in by_arm(rows).items():
        points = points_of(mine)
        for point in points:
            here = [row for row in mine if row["rate_bps"] == point.rate_bps]
            table.add_row(
                arm,
                f"{point.rate_bps / 1e3:g}",
                f"{point.wire_bps / 1e3:.1f}",
                f"{100 * point.share:.0f}",
                f"{point.fps:.1f}",
                f"{1e3 * point.age_s:.0f}",
                f"{mean(row['rest_ssim'] for row in here) or 0:.2f}",
                f"{sum(row['refused'] for row in here)}",
            )
        table.add_section()
    console.print(table)
    for arm, mine in by_arm(rows).items():
        points = points_of(mine)
        read, young = read_at(points), read_and_young_at(points, MOST_AGE_S)
        console.print(
            f"{arm}: 90 % at {_shown(read)}, and young at {_shown(young)}", highlight=False
        )
    for one in comparisons(rows):
        value = "none" if one["value"] is None else f"{one['value']:.2f}"
        value += f" [{one['low']:.2f}, {one['high']:.2f}]"
        console.print(f"{one['arm']} / {one['against']}: {value}", highlight=False)


def _shown(rate: Reached) -> str:
    return f"{rate.bound} {rate.bps / 1e3:.0f} kb/s".strip()


def _least(values: Sequence[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _most(values: Sequence[float | None]) -> float | None:
    return None if None in values else max(value for value in values if value is not None)
