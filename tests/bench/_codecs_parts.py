"""The other parts of the bench: each measures something of its own and has goals of its own.

A part gives rows for the result file and goals. One whose module cannot be imported here (a browser
driver that is not installed, say) is left out, with a row that says why.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench._common import Goal

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part measured."""

    rows: list[Row]
    goals: list[Goal]


@dataclass(frozen=True, slots=True)
class Order:
    """What all parts are told."""

    data: Path
    """A clip set."""
    kept: Path
    """Where results may be kept."""
    seed: int
    quick: bool
    console: Console


def measured(name: str, order: Order) -> Part:
    """The part of that name. Raises ``KeyError`` for a name that is none."""
    measure = PARTS[name]
    order.console.rule(name)
    try:
        part = measure(order)
    except ImportError as error:
        order.console.print(f"{name} is left out: {error}")
        return Part([{"kind": name, "left_out": str(error)}], [])
    return Part([{"kind": name} | row for row in part.rows], part.goals)


def _chromium(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_chromium")
    told = importlib.import_module("tests.bench._codecs_chromium_told")
    more = {"clips": 1, "texts": 1} if order.quick else {}
    rows = of.measure(order.data, order.kept, order.console, **more)
    told.print_rows(rows, order.console)
    points = [
        {"arm": arm} | point._asdict()
        for arm in dict.fromkeys(row["arm"] for row in rows)
        for point in told.points_of([row for row in rows if row["arm"] == arm])
    ]
    return Part(points, told.goals_of(rows))


def _rate(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_rate")
    films = list(of.films_of(order.data))[: 1 if order.quick else None]
    rows = of.measure(films)
    goal = Goal("over_cap_1s", of.over_cap_1s(rows), 0.1, "lower")
    return Part([asdict(row) for row in rows], [goal])


def _loss(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_loss")
    rows = of.measure(order.data, **({"repeats": 1, "losses": (0.2,)} if order.quick else {}))
    told = of.summary(rows)
    of.print_summary(told, order.console)
    return Part(told, of.goals(rows))


def _client_cost(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_client_cost")
    films = importlib.import_module("tests.bench._codecs_rate").films_of(order.data)
    film = next(film for film in films if film.asked())
    rows = of.measure(film, *((30,) if order.quick else ()))
    return Part([asdict(row) for row in rows], [])


def _page_cost(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_page_cost")
    rows = of.measure(**({"frames": 60} if order.quick else {}))
    return Part(rows, [of.goal(rows)])


def _live(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_live")
    rows = asyncio.run(of.measure(order.console, seed=order.seed, quick=order.quick))
    return Part(rows, of.goals_of(rows))


PARTS: dict[str, Callable[[Order], Part]] = {
    "chromium": _chromium,
    "rate": _rate,
    "loss": _loss,
    "client_cost": _client_cost,
    "page_cost": _page_cost,
    "live": _live,
}
"""By name; the arms of `_codecs_arms.py` are the part ``offline``."""
