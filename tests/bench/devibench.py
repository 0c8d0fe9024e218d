"""Do fewer bits, spent where they are asked about, still answer the question?

headline   estimator alone, with the published cap, regions, both, and ours, over uplink traces;
           each question answered by the back end on the very picture that came through
reader     the same with a second model, a tiny reader of digits behind a real server, on films of
           its own kind (`_devibench_digits`); its rows say ``model: reader``
tables     the published question sets load completely
others     how long an evaluation takes, that nothing is asked twice, that intervals hold, and how
           many answers a second a cluster of this machine gives with more workers

python -m tests.bench.devibench [--data SET] [--traces FOLDER] [--backend B] [--model M] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress

from articgw.errors import ArticError, DatasetError
from devibench.clipset import FORMAT, SET_FILE, SetMeta
from devibench.datasets.table import read_table
from devibench.fetch import SOURCES
from devibench.network import trace_files, trace_name
from devibench.sample.make import LICENCE, Order, plans
from devibench.sample.render import Plan, render
from tests.bench import _devibench_cluster as cluster
from tests.bench._common import (
    OUT,
    RESULTS,
    print_goals,
    provided,
    shown,
    tree_sha256,
    write_result,
)
from tests.bench._devibench_digits import draw_digits
from tests.bench._devibench_jobs import EMBEDDED, READER, Job, jobs, measured
from tests.bench._devibench_told import (
    arm_rows,
    headline_goals,
    other_goals,
    pair_rows,
    print_told,
    trace_rows,
    type_rows,
)
from tests.helpers.reader import reader_server

Row = dict[str, Any]
SEED = 83
CLIPS, QUESTIONS, SECONDS = 32, 2, 4.0
"""About a third of what is drawn needs the bits, as DeViBench's questions do."""
QUICK_CLIPS, QUICK_QUESTIONS, QUICK_TRACES = 6, 1, 2
SIZE_PX = (960, 540)
LINKS_EACH = 3
"""On half of the links is each question asked, in rotation: all of them take twice as long."""
PROCESSES = 2
DRAWN = 6
TRACES = (
    "Verizon-LTE-short", "TMobile-UMTS-driving", "ATT-LTE-driving", "Verizon-EVDO-driving",
    "drive_5g_09", "drive_lte_05",
)  # fmt: skip
"""Those of a folder that are used, where it has them: two LTE, UMTS, EVDO, 5G and LTE drives."""
BOTH, FIRST = "both", "backend"
FOLDER = OUT / "devibench"


def drawn_set(seed: int, clips: int, console: Console) -> Path:
    """Drawn once, and kept."""
    folder = FOLDER / f"set-{seed}-{clips}"
    if (folder / "set.json").is_file():
        return folder
    order = Order(seed=seed, clips=clips, seconds=SECONDS, size_px=SIZE_PX)
    draft = folder.with_name(f"{folder.name}.draft-{time.time_ns()}")
    draft.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    with (
        Progress(console=console, transient=True) as progress,
        ProcessPoolExecutor(PROCESSES, mp_context=context) as pool,
    ):
        drawing = [pool.submit(drawn, plan, draft) for plan in plans(order)]
        for future in progress.track(as_completed(drawing), len(drawing), description="drawing"):
            future.result()
    meta = SetMeta(FORMAT, order.seed, LICENCE, "devibench make-sample")
    (draft / SET_FILE).write_bytes(msgspec.json.encode(meta))
    draft.rename(folder)
    return folder


def digits_set(seed: int, clips: int) -> Path:
    """Drawn once, and kept."""
    folder = FOLDER / f"digits-{seed}-{clips}"
    if not (folder / "set.json").is_file():
        draft = folder.with_name(f"{folder.name}.draft-{time.time_ns()}")
        draw_digits(draft, seed, clips)
        draft.rename(folder)
    return folder


def drawn(plan: Plan, folder: Path) -> None:
    """One clip, for a pool."""
    render(plan, folder, lambda: None)


def links(folder: Path | None, seed: int, count: int) -> tuple[str, ...]:
    """Files of the traces, or names of drawn ones."""
    if folder is None:
        return tuple(f"drawn_{seed + k}" for k in range(count))
    files = {trace_name(path): path for path in trace_files(folder)}
    named = [files[name] for name in TRACES if name in files] or list(files.values())
    return tuple(str(path) for path in named[:count])


def headline(todo: Sequence[Job], console: Console) -> list[Row]:
    """All jobs, in two processes; rows as told by all of them."""
    rows: list[Row] = []
    context = multiprocessing.get_context("spawn")
    with (
        Progress(console=console, transient=True) as progress,
        ProcessPoolExecutor(PROCESSES, mp_context=context) as pool,
    ):
        task = progress.add_task("headline", total=len(todo))
        for future in as_completed([pool.submit(measured, job) for job in todo]):
            rows += future.result()
            progress.advance(task)
    return [*arm_rows(rows), *pair_rows(rows), *type_rows(rows), *trace_rows(rows)]


async def reader(args: argparse.Namespace, traces: tuple[str, ...], console: Console) -> list[Row]:
    """The second model's part."""
    clips = QUICK_CLIPS if args.quick else CLIPS
    data = digits_set(args.seed, clips)
    questions = QUICK_QUESTIONS if args.quick else QUESTIONS
    each = len(traces) if args.quick else args.links_each
    async with reader_server() as url:
        todo = list(
            jobs(
                data, tree_sha256(data), traces, questions, READER, args.seed, FOLDER / "kept",
                clips, each, url,
            )
        )  # fmt: skip
        told = await asyncio.to_thread(headline, todo, console)
    return [row | {"model": READER} for row in told]


def tables(folder: Path | None) -> dict[str, int]:
    """Rows of the published tables that load; nothing where they are not there."""
    found = {}
    for name, source in zip(("v1_rows", "v2_rows"), SOURCES, strict=True):
        for file in sorted(folder.rglob(source.file)) if folder else ():
            rows, complaints = read_table(file)
            if complaints:
                raise DatasetError(f"{file}:{complaints[0].line}", complaints[0].text)
            found[name] = len(rows)
    return found


def bench(args: argparse.Namespace, console: Console) -> int:
    """The whole bench; 0 where every goal is met."""
    started = time.monotonic()
    clips = QUICK_CLIPS if args.quick else CLIPS
    count = QUICK_TRACES if args.quick else DRAWN
    traces = links(args.traces, args.seed, count)
    data = args.data or drawn_set(args.seed, clips, console)
    console.print(f"{shown(data)} over {', '.join(trace_name(Path(one)) for one in traces)}")
    told: list[Row] = []
    if args.model != READER:
        todo = list(
            jobs(
                data, tree_sha256(data), traces, QUICK_QUESTIONS if args.quick else QUESTIONS,
                args.backend, args.seed, FOLDER / "kept", clips,
                len(traces) if args.quick else args.links_each,
            )
        )  # fmt: skip
        told = headline(todo, console)
        print_told(told, console)
    second: list[Row] = []
    if args.model != FIRST and args.data is None:
        second = asyncio.run(reader(args, traces, console))
        console.rule("a second model: the tiny digit reader")
        print_told(second, console)
    spread = [] if args.quick else cluster.measure()
    for row in spread:
        console.print(
            f"{row['workers']} workers of a cluster: {row['answers_per_s']:.1f} answers/s"
        )
    others = other_goals(tables(args.tables), slow=not args.quick, timed=not args.untimed)
    goals = [*headline_goals(told), *others]
    print_goals(goals, console)
    partial = args.quick or args.backend != EMBEDDED or args.model != BOTH
    out = args.out or (OUT / "devibench-quick.json" if partial else RESULTS / "devibench.json")
    seconds = time.monotonic() - started
    write_result(
        out, goals=goals, rows=[*told, *spread], seed=args.seed, seconds=seconds, data=data
    )
    console.print(f"written to {shown(out)} after {seconds:.0f} s")
    return 0 if partial or all(goal.met for goal in goals) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.devibench", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, metavar="SET", help="a clip set; drawn if not given")
    parser.add_argument(
        "--traces",
        type=Path,
        metavar="FOLDER",
        default=provided("traces"),
        help="*.csv, *.up; the provided ones, else drawn",
    )
    parser.add_argument(
        "--tables",
        type=Path,
        metavar="FOLDER",
        default=provided("devibench"),
        help="of the published tables; the provided ones",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of what is drawn, and of chance")
    parser.add_argument("--backend", default=EMBEDDED, help="who answers")
    parser.add_argument(
        "--model", choices=(BOTH, FIRST, READER), default=BOTH,
        help="the back end, the second model, or both; with a set of one's own the back end",
    )  # fmt: skip
    parser.add_argument("--links-each", type=int, default=LINKS_EACH, help="for each question")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--untimed", action="store_true", help="without the timed evaluation")
    parser.add_argument("--quick", action="store_true", help="at most 5 min, written elsewhere")
    args = parser.parse_args(argv)
    try:
        return bench(args, Console(width=None if sys.stdout.isatty() else 150))
    except ArticError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
