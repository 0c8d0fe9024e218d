"""The other parts of the bench: each measures something of its own and has goals of its own.

A part gives rows for the result file and goals. One whose module cannot be imported here (a browser
driver that is not installed, say) is left out, and one that breaks is not the end: a row says why,
and its goals have no value.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench._codecs_film import Film
from tests.bench._codecs_plot import plot
from tests.bench._codecs_told import summary
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
    out: Path
    """The result file; plots are put beside it."""
    seed: int
    quick: bool
    backend: str
    """That answers, where a question is asked."""
    console: Console


Measure = Callable[[Order], Part]


def measured(name: str, measure: Measure, order: Order) -> Part:
    """What it gives, its rows marked with its name."""
    order.console.rule(name)
    try:
        part = measure(order)
    except ImportError as error:
        order.console.print(f"{name} is left out: {error}")
        return Part([{"part": name, "left_out": str(error)}], [])
    except Exception as error:  # noqa: BLE001  the other parts are measured all the same
        order.console.print_exception()
        return Part([{"part": name, "error": f"{type(error).__name__}: {error}"}], [])
    return Part([{"part": name} | row for row in part.rows], part.goals)


def _chromium(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_chromium")
    told = importlib.import_module("tests.bench._codecs_chromium_told")
    rows = of.measure(order.data, order.kept, order.console, quick=order.quick)
    told.print_rows(rows, order.console)
    curves = summary(rows)
    plot(curves, "text", order.out.with_name(f"{order.out.stem}-chromium.png"))
    return Part([*curves, *told.comparisons(rows)], told.goals_of(rows))


def _rate(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_rate")
    told = importlib.import_module("tests.bench._codecs_rate_told")
    goal = importlib.import_module("tests.bench._codecs_wanted").goal
    rows = of.measure_set(order.data, order.kept, quick=order.quick)
    arms = told.by_arm(rows)
    told.print_arms(arms, order.console)
    each = [{"kind": "film"} | asdict(row) for row in rows]
    worst = [{"kind": "arm"} | row for row in arms]
    return Part([*worst, *each], [goal("over_cap_1s", told.over_cap_1s(rows))])


def _loss(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_loss")
    told = importlib.import_module("tests.bench._codecs_loss_told")
    some = {"repeats": 1, "losses": (told.HARD,), "quick": True} if order.quick else {}
    rows = of.measure(order.data, order.kept, seed=order.seed, **some)
    means = told.summary(rows)
    told.print_summary(means, order.console)
    return Part(means, told.goals(rows))


def _client_cost(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_client_cost")
    clips = importlib.import_module("tests.bench._codecs_rate").clips_of(order.data)
    clip = next(clip for clip in clips if Film(clip, ()).asked())
    rows = of.measure(Film.load(clip), *((30,) if order.quick else ()))
    of.print_rows(rows, order.console)
    return Part([asdict(row) for row in rows], [])


def _page_cost(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_page_cost")
    rows = of.measure(**({"frames": 60} if order.quick else {}))
    of.print_rows(rows, order.console)
    return Part(rows, of.goals_of(rows))


def _live(order: Order) -> Part:
    of = importlib.import_module("tests.bench._codecs_live")
    rows = asyncio.run(
        of.measure(
            order.console,
            order.kept,
            seed=order.seed,
            quick=order.quick,
            backend=order.backend,
        )
    )
    return Part([*of.aims_told(rows), *rows], of.goals_of(rows))


PARTS: dict[str, Measure] = {
    "chromium": _chromium,
    "rate": _rate,
    "loss": _loss,
    "client_cost": _client_cost,
    "page_cost": _page_cost,
    "live": _live,
}
"""By name; the arms of `_codecs_arms.py` are the part ``offline``."""
