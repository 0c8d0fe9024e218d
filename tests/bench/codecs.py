"""Text read and objects found against real bits on the wire, for the arms of the region encoder.

    clip ─▶ arm at a rate ─▶ packets ─▶ link ─▶ newest picture at each look ─▶ reader ─┐
      └──▶ the very frame, as the camera took it ────────────────────────────▶ reader ─┴▶ share

    python -m tests.bench.codecs [--data SET] [--out FILE] [--quick] [--only a,b] [--rates 25,50]

Without --data, drawn clips and films over the photographs that packages carry. The arms are a table
in `_codecs_arms.py`. Results are kept by content: an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from articgw.errors import ArticError, ConfigError
from tests.bench._codecs_arms import ARMS, Arm
from tests.bench._codecs_choice import with_choices
from tests.bench._codecs_clips import drawn_set, photo_set
from tests.bench._codecs_compare import comparisons, print_comparisons
from tests.bench._codecs_goals import goals_of
from tests.bench._codecs_jobs import PROCESSES, plan, run, shuffled
from tests.bench._codecs_plot import plot
from tests.bench._codecs_told import summary
from tests.bench._common import OUT, RESULTS, print_goals, shown, write_result

WORK = OUT / "codecs"
SEED = 61
CLIPS, QUICK_CLIPS = 12, 2
RATES_KBPS = (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
QUICK_RATES_KBPS = (25.0, 100.0)


def arms_of(only: str) -> list[Arm]:
    """The arms named by parts of their names, or all. Raises `ConfigError` where none is meant."""
    parts = [part.strip().casefold() for part in only.split(",") if part.strip()]
    arms = [arm for arm in ARMS if not parts or any(p in arm.name.casefold() for p in parts)]
    if not arms:
        names = "; ".join(arm.name for arm in ARMS)
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


def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    arms, rates_bps = arms_of(args.only), rates_of(args.rates, quick=args.quick)
    folders = sets_of(args, console)
    jobs = [
        job
        for folder in folders
        for job in plan(arms, folder, rates_bps, WORK / "kept", more=not args.rates)
    ]
    rows = with_choices(run(shuffled(jobs, args.seed), console, processes=args.processes))
    told, compared, goals = summary(rows), comparisons(rows), goals_of(rows)
    print_curves(told, console)
    print_comparisons(compared, console)
    print_goals(goals, console)
    partial = args.quick or args.only or args.rates
    out = args.out or (OUT / "codecs-quick.json" if partial else RESULTS / "codecs.json")
    plot(told, "text", out.with_name(f"{out.stem}-text.png"))
    plot(told, "object", out.with_name(f"{out.stem}-object.png"))
    all_rows = WORK / f"{out.stem}-rows.jsonl"
    all_rows.parent.mkdir(parents=True, exist_ok=True)
    all_rows.write_text("".join(json.dumps(row) + "\n" for row in rows))
    write_result(
        out,
        goals=goals,
        rows=[*told, *compared],
        seed=args.seed if args.data is None else None,
        seconds=time.monotonic() - started,
        data=folders[0],
    )
    console.print(f"written to {shown(out)} after {time.monotonic() - started:.0f} s")
    console.print(f"every asked thing: {shown(all_rows)}")
    return 0 if partial or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.codecs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, help="a clip set; others are made if not given")
    parser.add_argument("--seed", type=int, default=SEED, help="of the generated set")
    parser.add_argument("--backend", help="not used here: the embedded model's reader reads")
    parser.add_argument("--out", type=Path, help="result file; plots are put beside it")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--only", default="", help="arms by parts of their names, as in packed")
    parser.add_argument("--rates", default="", help="kb/s, as in 25,50")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="at once")
    args = parser.parse_args(argv)
    try:
        return bench(args, Console(width=None if sys.stdout.isatty() else 180))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


def _cell(row: Mapping[str, Any] | None) -> str:
    return "-" if row is None else f"{100 * row['share']:.0f} @{row['wire_bps'] / 1e3:.0f}"


if __name__ == "__main__":
    sys.exit(main())
