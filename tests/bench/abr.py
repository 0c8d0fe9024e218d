"""How many bits: our controller, others' and a clairvoyant, over simulated uplinks.

anchor    13 uplinks, 120 s of each, at 30, 5 and 2 frames a second
whole     every trace to its end
rfc8867   test cases 5.1, 5.3, 5.6, 5.7, 5.8
loss      0 to 20 % at random
start     an idle link and a thin one
regain    after outages
robust    readers that are late, coarse, biased, silent, upside down, or always sure
realtime  two uplinks between real endpoints, 22 minutes; not with --quick

python -m tests.bench.abr [--data FOLDER] [--out FILE] [--quick] [--only a,b [--onto FILE]]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, geometric_mean, median
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from artic_abr.simulation import CallLog, Reader
from articgw.errors import ArticError
from devibench.network_show import plot
from tests.bench import _abr_cases as cases
from tests.bench._abr_data import NOT_IN_RATIO, Data, load
from tests.bench._abr_goals import goals_of, of
from tests.bench._abr_live import film_at, realtime
from tests.bench._abr_policies import AT_LOW_FPS, ESTIMATOR, OURS, POLICIES, PUBLISHED
from tests.bench._abr_suite import Kept, intervals, oracle_row, run_one
from tests.bench._common import (
    OUT,
    RESULTS,
    add_onto,
    check_onto,
    print_goals,
    shown,
    write_apart,
    write_result,
)

Row = dict[str, Any]

SEED = 7
SECONDS, QUICK_SECONDS = 120.0, 30.0
ROBUST_TRACES, QUICK_ROBUST_TRACES = 6, 2
PLOTTED = ("Verizon-LTE-short", "drive_5g_09", "drawn_0")
ON_SHEET = (OURS, ESTIMATOR, PUBLISHED, "aiortc+cap 400k")


@dataclass(slots=True)
class Run:
    """What this run is about, and what it has found."""

    data: Data
    seed: int
    quick: bool
    console: Console
    pictures: Path
    """Where sheets of traces go."""
    kept: list[Kept] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        """With all questions in turn."""
        return Reader(self.data.curves)

    @property
    def seconds(self) -> float:
        """Of each trace."""
        return QUICK_SECONDS if self.quick else SECONDS


def anchor(run: Run) -> list[Row]:
    """The suite, and pictures of it."""
    rows: list[Row] = []
    jobs = [(30.0, tuple(POLICIES)), (5.0, AT_LOW_FPS), (2.0, AT_LOW_FPS)]
    if run.quick:
        jobs = [(30.0, AT_LOW_FPS), (5.0, (OURS,))]
    with Progress(console=run.console, transient=True) as progress:
        task = progress.add_task("anchor", total=len(jobs) * len(run.data.anchor))
        for fps, names in jobs:
            for trace in run.data.anchor:
                rows += _on_trace(run, "anchor", trace, names, fps, run.seconds)
                progress.advance(task)
            rows += intervals(run.kept, fps, run.seed)
    return rows


def whole(run: Run) -> list[Row]:
    """Nothing is kept of it but the rows."""
    rows: list[Row] = []
    traces = run.data.anchor[:2] if run.quick else tuple(run.data.traces)
    with Progress(console=run.console, transient=True) as progress:
        for trace in progress.track(traces, description="whole"):
            seconds = run.seconds if run.quick else run.data.traces[trace].period_s
            rows += _on_trace(run, "whole", trace, AT_LOW_FPS, 30.0, seconds)
    return rows


def robust(run: Run) -> list[Row]:
    """On some of the anchor's links, from its first to its last."""
    count = QUICK_ROBUST_TRACES if run.quick else ROBUST_TRACES
    step = max(1, len(run.data.anchor) // count)
    chosen = {name: run.data.traces[name] for name in run.data.anchor[::step][:count]}
    return cases.robustness(chosen, run.reader, run.seconds, run.seed)


PARTS: dict[str, Callable[[Run], list[Row]]] = {
    "anchor": anchor,
    "whole": whole,
    "rfc8867": lambda run: cases.rfc8867(run.seed),
    "loss": lambda run: cases.losses(run.seed),
    "start": lambda run: cases.start(run.seed),
    "regain": lambda run: cases.regain(run.seed),
    "robust": robust,
    "realtime": lambda run: [] if run.quick else asyncio.run(realtime(run.data.traces, film_at())),
}


def _on_trace(
    run: Run, part: str, trace: str, names: Sequence[str], fps: float, seconds: float
) -> list[Row]:
    service = run.data.traces[trace]
    logs: dict[str, CallLog] = {}
    oracle = oracle_row(part, trace, service, run.reader, fps, seconds)
    rows = [oracle]
    for name in names:
        row, kept, log = run_one(
            part, trace, service, name, run.reader, fps, seconds, oracle, run.seed
        )
        rows.append(row)
        if part == "anchor":
            run.kept.append(kept)
            logs[name] = log
    if part == "anchor" and fps == 30.0 and trace in PLOTTED:
        drawn = {name: logs[name] for name in ON_SHEET if name in logs}
        plot(drawn, service, run.reader, trace, run.pictures / f"abr-{trace}.png")
    return rows


# --- what people see --------------------------------------------------------------------------


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """Overall tables, and per trace for those that matter most."""
    for part in ("anchor", "whole"):
        for fps in sorted({row["fps"] for row in of(rows, part=part)}, reverse=True):
            console.print(_overall(of(rows, part=part, fps=fps), f"{part}, {fps:g} fps"))
    of_anchor = of(rows, part="anchor", fps=30.0)
    if of_anchor:
        console.print(_per_trace(of_anchor))
    if of_realtime := of(rows, part="realtime"):
        console.print(_realtime(of_realtime))
    for part in ("rfc8867", "loss", "start", "regain", "robust"):
        mine = of(rows, part=part)
        if mine:
            keys = [key for key in mine[0] if key not in ("part", "name")]
            table = Table(*keys, title=part)
            for row in mine:
                table.add_row(*(_told(row.get(key)) for key in keys))
            console.print(table)


def _overall(rows: Sequence[Row], title: str) -> Table:
    table = Table(
        "policy", "P95 to oracle", "worst", "to sized oracle", "late %", "kb/s", "readable %",
        "and on time %", "headroom %", title=title,
    )  # fmt: skip
    for policy in dict.fromkeys(row["policy"] for row in rows if "ratio" in row):
        mine = of(rows, policy=policy)
        counted = [row for row in mine if row["trace"] not in NOT_IN_RATIO]
        ratios = [row["ratio"] for row in counted]
        table.add_row(
            policy, f"{geometric_mean(ratios):.3f}", f"{max(ratios):.2f}",
            f"{geometric_mean([row['ratio_sized'] for row in counted]):.3f}",
            *(f"{100 * fmean(row[key] for row in mine):.1f}" for key in ("late_share",)),
            f"{fmean(row['mean_bps'] for row in mine) / 1e3:.0f}",
            *(
                f"{100 * fmean(row[key] for row in mine):.1f}"
                for key in ("readable_share", "readable_on_time_share", "headroom_share")
            ),
        )  # fmt: skip
    return table


def _per_trace(rows: Sequence[Row]) -> Table:
    who = [name for name in (OURS, ESTIMATOR, PUBLISHED) if of(rows, policy=name)]
    table = Table(
        "trace", "Mb/s", "L0", "oracle", *who, title="P50/P95/P99 ms, ratio, kb/s, readable"
    )
    for oracle in of(rows, policy="oracle"):
        cells = [
            f"{row['p50_ms']:.0f}/{row['p95_ms']:.0f}/{row['p99_ms']:.0f} {row['ratio']:.2f} "
            f"{row['mean_bps'] / 1e3:.0f} {row['readable_share']:.0%}"
            for name in who
            for row in of(rows, policy=name, trace=oracle["trace"])
        ]
        bound = "/".join(f"{ms:.0f}" for ms in oracle["l0_ms"])
        table.add_row(
            oracle["trace"], f"{oracle['mbps']:.2f}", bound,
            f"{oracle['p50_ms']:.0f}/{oracle['p95_ms']:.0f}/{oracle['p99_ms']:.0f}", *cells,
        )  # fmt: skip
    return table


def _realtime(rows: Sequence[Row]) -> Table:
    keys = ("p50_ms", "p95_ms", "late_share", "sent_bps", "pictures_per_s")
    table = Table("trace", "arm", *keys, title="Real time: median, and range of the repeats")
    for trace, arm in dict.fromkeys((row["trace"], row["arm"]) for row in rows):
        mine = [row for row in of(rows, trace=trace, arm=arm) if "error" not in row]
        cells = []
        for values in ([row[key] for row in mine] for key in keys if mine):
            cells.append(f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})")
        table.add_row(trace, arm, *cells)
    return table


def _told(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else "never" if value is None else str(value)


def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    partial = args.quick or args.only
    out = args.out or (OUT / "abr-quick.json" if partial else RESULTS / "abr.json")
    run = Run(load(args.data, args.seed), args.seed, args.quick, console, out.parent)
    rows: list[Row] = []
    for name in args.only.split(",") if args.only else PARTS:
        console.print(f"[bold]{name}")
        rows += PARTS[name](run)
    print_rows(rows, console)
    seconds = time.monotonic() - started
    if args.onto:
        out = args.onto
        goals = write_apart(out, rows=rows, goals_of=goals_of, seed=args.seed, seconds=seconds)
    else:
        goals, data = goals_of(rows), run.data.folder
        write_result(out, goals=goals, rows=rows, seed=args.seed, seconds=seconds, data=data)
    print_goals(goals, console)
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.abr", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER",
        help="*.csv (time_s,mbps), *.up and *.up.gz at any depth, and confidence.csv in it or in "
        "artic/ beside it; drawn if not given",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=SEED, help="of chance, and of what is drawn")
    parser.add_argument("--backend", help="not used here: nothing is asked")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    parser.add_argument("--only", default="", help=f"some of {', '.join(PARTS)}; written elsewhere")
    add_onto(parser)
    args = parser.parse_args(argv)
    check_onto(parser, args, args.only)
    unknown = {*args.only.split(",")} - {"", *PARTS}
    if unknown:
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    try:
        return bench(args, Console(width=None if sys.stdout.isatty() else 160))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
