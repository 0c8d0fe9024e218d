"""Text read and objects found against real bits on the wire, for the arms of the region encoder.

    clip ─▶ arm at a rate ─▶ packets ─▶ link ─▶ newest picture at each look ─▶ reader ─┐
      └──▶ the very frame, as the camera took it ────────────────────────────▶ reader ─┴▶ share

    python -m tests.bench.codecs [--data SET] [--out FILE] [--quick] [--parts offline,rate]
                                 [--only a,b] [--rates 25,50]

Without --data, drawn clips and films over the photographs that packages carry. The arms are a table
in `_codecs_arms.py`; all else that the bench measures are parts (`_codecs_parts.py`). Results of
arms are kept by content: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from articgw.errors import ArticError, ConfigError
from tests.bench._codecs_arms import (
    ARMS,
    CHOICES,
    FINDING,
    GIVEN,
    PACKED_2,
    PACKED_5,
    PACKED_5_LARGE,
    PUBLISHED,
    QP_5,
    SLOWER,
    TREATED,
    UNIFORM,
    Arm,
)
from tests.bench._codecs_choice import choices, with_choices
from tests.bench._codecs_clips import drawn_set, photo_set
from tests.bench._codecs_compare import comparisons, print_comparisons
from tests.bench._codecs_goals import goals_of
from tests.bench._codecs_jobs import Split, plan, run, shuffled
from tests.bench._codecs_kvazaar import kvazaar_arm
from tests.bench._codecs_parts import PARTS, Measure, Order, Part, measured
from tests.bench._codecs_plot import plot
from tests.bench._codecs_pool import PROCESSES
from tests.bench._codecs_score import Row
from tests.bench._codecs_told import summary
from tests.bench._codecs_wanted import completed
from tests.bench._common import OUT, RESULTS, print_goals, shown, write_result

Rates = Mapping[str, frozenset[float]]
WORK = OUT / "codecs"
OFFLINE = "offline"
SEED = 107
CLIPS, QUICK_CLIPS = 12, 2
RATES_KBPS = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
QUICK_RATES_KBPS = (25.0, 100.0)
QUICK_ARMS = frozenset(
    {UNIFORM, SLOWER[1], PUBLISHED, PACKED_2, PACKED_5, PACKED_5_LARGE, *FINDING}
)
SHOWN = (QP_5, PACKED_5)
"""Treatments of which the whole curve is shown."""


def arms_of(only: str, *, quick: bool = False) -> list[Arm]:
    """The arms named by parts of their names, or all; of a quick run those that goals need.

    Raises `ConfigError` where none is meant.
    """
    parts = [part.strip().casefold() for part in only.split(",") if part.strip()]
    every = [*ARMS, *([one] if (one := kvazaar_arm()) else [])]
    if quick and not parts:
        return [arm for arm in every if arm.name in QUICK_ARMS]
    arms = [arm for arm in every if not parts or any(p in arm.name.casefold() for p in parts)]
    if not arms:
        names = "; ".join(arm.name for arm in every)
        raise ConfigError(f"--only {only}: no such arm; there are: {names}")
    return arms


def rates_of(rates: str, *, quick: bool) -> tuple[float, ...]:
    """Bits/s, in order. Raises `ConfigError` for what is no list of rates."""
    try:
        given = {float(part) for part in rates.split(",") if part.strip()}
    except ValueError as error:
        raise ConfigError(f"--rates {rates}: must be kb/s, as in 25,50") from error
    if not all(1 <= rate <= 100_000 for rate in given):
        raise ConfigError(f"--rates {rates}: each must be 1 to 100000 kb/s")
    kbps = given or set(QUICK_RATES_KBPS if quick else RATES_KBPS)
    return tuple(sorted(1e3 * rate for rate in kbps))


def sets_of(args: argparse.Namespace, console: Console) -> list[Path]:
    """The folders of clips."""
    if args.data is not None:
        return [args.data]
    if args.quick:
        return [drawn_set(WORK, args.seed, QUICK_CLIPS, console)]
    drawn = drawn_set(WORK, args.seed, CLIPS, console)
    return [drawn, photo_set(WORK, args.seed, console)]


def print_curves(told: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Per kind of asked thing a table of shares with the bits that they cost."""
    for of in ("text", "object"):
        mine = [row for row in told if (row["of"], row["split"]) == (of, "score")]
        if not mine:
            continue
        rates = sorted({row["rate_bps"] for row in mine})
        title = f"{of}: % of the original's @ kb/s on the wire, {mine[0]['things']} asked things"
        table = Table("asked kb/s", *(f"{rate / 1e3:g}" for rate in rates), title=title)
        for arm in dict.fromkeys(row["arm"] for row in mine):
            cells = {row["rate_bps"]: row for row in mine if row["arm"] == arm}
            table.add_row(arm, *(_cell(cells.get(rate)) for rate in rates))
        console.print(table)


def parts_of(parts: str) -> tuple[str, ...]:
    """Names of parts; all if none are named. Raises `ConfigError` for a name that is none."""
    names = tuple(part.strip() for part in parts.split(",") if part.strip())
    for name in names:
        if name not in (OFFLINE, *PARTS):
            raise ConfigError(
                f"--parts {name}: no such part; there are: {OFFLINE}, {', '.join(PARTS)}"
            )
    return names or (OFFLINE, *PARTS)


def picked(picks: Mapping[float, str]) -> dict[str, frozenset[float]]:
    """The rates at which a treatment is needed on the clips to score on: where it was chosen."""
    return {
        name: frozenset(rate for rate, chosen in picks.items() if chosen == name)
        for name in TREATED
        if name not in SHOWN
    }


def offline(args: argparse.Namespace, folders: Sequence[Path], order: Order) -> Part:
    """All arms of the table."""
    arms = arms_of(args.only, quick=args.quick)
    rates_bps = rates_of(args.rates, quick=args.quick)
    more = not (args.rates or args.quick)
    console, out = order.console, order.out

    def rows_of(some: Sequence[Arm], split: Split, only: Rates) -> list[Row]:
        jobs = [
            job
            for folder in folders
            for job in plan(some, folder, rates_bps, order.kept, split=split, more=more, only=only)
        ]
        return run(shuffled(jobs, args.seed), console, processes=args.processes)

    rows = rows_of(arms, "fit", {})
    picks = choices(rows, next(choice for choice in CHOICES if choice.name == GIVEN))
    only = {} if args.only else picked(picks)
    rows += rows_of(arms, "score", only)
    rows = [row for row in with_choices(rows) if row["arm"] not in only or row["split"] == "fit"]
    told, compared = summary(rows), comparisons(rows)
    print_curves(told, console)
    print_comparisons(compared, console)
    for of in ("text", "object"):
        plot(told, of, out.with_name(f"{out.stem}-{of}.png"))
    all_rows = WORK / f"{out.stem}-rows.jsonl"
    all_rows.parent.mkdir(parents=True, exist_ok=True)
    all_rows.write_text("".join(json.dumps(row) + "\n" for row in rows))
    console.print(f"every asked thing: {shown(all_rows)}")
    left_out = [] if kvazaar_arm() else [{"kind": "left_out", "why": "kvazaar is not installed"}]
    return Part([*told, *compared, *left_out], goals_of(rows))


def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    names = parts_of(args.parts)
    arms_of(args.only)
    rates_of(args.rates, quick=args.quick)
    folders = sets_of(args, console)
    partial = args.quick or args.only or args.rates or args.parts
    out = args.out or (OUT / "codecs-quick.json" if partial else RESULTS / "codecs.json")
    order = Order(folders[0], WORK / "kept", out, args.seed, args.quick, args.backend, console)
    measures: dict[str, Measure] = {OFFLINE: functools.partial(offline, args, folders), **PARTS}
    parts, took_s = [], {}
    for name in names:
        began = time.monotonic()
        parts.append(measured(name, measures[name], order))
        took_s[name] = time.monotonic() - began
    goals = [goal for part in parts for goal in part.goals]
    goals = goals if args.parts or args.only or args.rates else completed(goals)
    print_goals(goals, console)
    console.print(", ".join(f"{name} {seconds:.0f} s" for name, seconds in took_s.items()))
    write_result(
        out,
        goals=goals,
        rows=[*_took(took_s), *(row for part in parts for row in part.rows)],
        seed=args.seed if args.data is None else None,
        seconds=time.monotonic() - started,
        data=folders[0],
    )
    console.print(f"written to {shown(out)} after {time.monotonic() - started:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.codecs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="a clip set; others are made if not given")
    parser.add_argument("--seed", type=int, default=SEED, help="of the generated set")
    parser.add_argument(
        "--backend", default="embedded", help="that answers in calls; a reader reads all else"
    )
    parser.add_argument("--out", type=Path, help="result file; plots are put beside it")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--parts", default="", help=", ".join((OFFLINE, *PARTS)))
    parser.add_argument("--only", default="", help="arms by parts of their names, as in packed")
    parser.add_argument("--rates", default="", help="kb/s, as in 25,50")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="at once")
    args = parser.parse_args(argv)
    try:
        return bench(args, Console(width=None if sys.stdout.isatty() else 180))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


def _took(seconds: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"part": name, "kind": "took", "seconds": s} for name, s in seconds.items()]


def _cell(row: Mapping[str, Any] | None) -> str:
    return "-" if row is None else f"{100 * row['share']:.0f} @{row['wire_bps'] / 1e3:.0f}"


if __name__ == "__main__":
    sys.exit(main())
